package cloudops.execution.internal.process;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

import cloudops.execution.Command;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.internal.CommandText;
import cloudops.model.Environment;

/** Works out what reaches the process of a request: program, arguments, variables, folder. Starts nothing. */
public final class Launches {

    private final Optional<URI> endpoint;
    private final ChildEnvironment environment;
    private final Profiles profiles;
    private final Charset charset;

    public Launches(Environment environment, Map<String, String> host, Profiles profiles) {
        this(environment, host, profiles, LibC.NATIVE);
    }

    /** @param charset in which processes get their texts: outside of it characters would silently become question marks */
    Launches(Environment environment, Map<String, String> host, Profiles profiles, Charset charset) {
        this.profiles = profiles;
        this.charset = charset;
        endpoint = environment.endpointUrl();
        this.environment = new ChildEnvironment(environment, host);
    }

    public Launch of(ExecutionRequest request) {
        var variables = environment.of(request);
        try {
            var signIn = profiles.signIn(request.command(), variables);
            if (signIn.isEmpty()) {
                profiles.addSurroundings(request, variables);
                return of(request, request.command(), variables);
            }
            ChildEnvironment.becomeNobody(variables, request);
            var command = request.command() instanceof Command.AwsCli cli ? Profiles.withoutProfile(cli) : request.command();
            return of(request, command, variables).with(signIn.get());
        } catch (IOException e) {
            return of(request, request.command(), variables).with(e.getMessage());
        }
    }

    /** @param command the request's, or what does the same */
    private Launch of(ExecutionRequest request, Command command, SortedMap<String, String> variables) {
        return switch (command) {
            case Command.Exec exec -> process(request, exec.argv(), variables, null, "program");
            case Command.Script script -> script(request, script, variables);
            case Command.Shell shell -> process(request, List.of("sh", "-c", shell.script()), variables, null, "shell");
            case Command.AwsCli cli -> {
                var argv = new ArrayList<>(List.of("aws"));
                argv.addAll(AwsCliArguments.of(cli, endpoint));
                yield process(request, argv, variables, null, "AWS CLI");
            }
            case Command.AwsSdk sdk -> new Launch(List.of(), null, variables, null, request.workingDir(), null);
        };
    }

    private Launch script(ExecutionRequest request, Command.Script script, SortedMap<String, String> variables) {
        var argv = new ArrayList<>(List.of(script.interpreter().program(), script.file().toString()));
        argv.addAll(script.args());
        if (Files.exists(script.file()) && !Files.isRegularFile(script.file())) { // reading a pipe would wait for its writer
            return new Launch(argv, null, variables, null, request.workingDir(), "the script is not a file: " + script.file());
        }
        byte[] bytes;
        try (var in = Files.newInputStream(script.file())) {
            bytes = in.readNBytes(Command.Script.MAX_SCRIPT_BYTES + 1);
        } catch (NoSuchFileException e) {
            return new Launch(argv, null, variables, null, request.workingDir(), "no such script: " + script.file());
        } catch (IOException e) {
            return new Launch(argv, null, variables, null, request.workingDir(), "the script cannot be read: " + e.getMessage());
        }
        if (bytes.length > Command.Script.MAX_SCRIPT_BYTES) {
            return new Launch(argv, null, variables, null, request.workingDir(), "a script of more than "
                    + Command.Script.MAX_SCRIPT_BYTES / 1024 + " KiB: " + script.file());
        }
        return process(request, argv, variables, bytes, "interpreter");
    }

    private Launch process(ExecutionRequest request, List<String> argv, SortedMap<String, String> variables, byte[] script, String what) {
        var folder = request.workingDir();
        if (folder != null && !Files.isDirectory(folder)) {
            return new Launch(argv, null, variables, script, folder, "no such working directory: " + folder);
        }
        if (argv.isEmpty()) {
            return new Launch(argv, null, variables, script, folder, "the command is empty");
        }
        var unfit = unfit(argv, variables);
        if (unfit != null) {
            return new Launch(argv, null, variables, script, folder, unfit + " cannot be passed in the character set " + charset
                    + " of this process; try: LC_ALL=C.UTF-8");
        }
        try {
            var name = argv.getFirst();
            var program = name.contains("/") || name.contains(File.separator) ? direct(name, folder)
                    : onPath(name, variables.getOrDefault("PATH", ""));
            if (program == null) {
                return new Launch(argv, null, variables, script, folder, notFound(name, what));
            }
            var resolved = new ArrayList<>(argv);
            resolved.set(0, program.toString());
            var problem = Files.isDirectory(program) ? "not a program but a folder: " + program
                    : Files.isExecutable(program) ? null : "not executable: " + program + "; try: chmod +x " + CommandText.quote(program.toString());
            return new Launch(resolved, program.toRealPath(), variables, script, folder, problem);
        } catch (IOException e) {
            return new Launch(argv, null, variables, script, folder, "the program cannot be looked at: " + e);
        } catch (InvalidPathException e) {
            return new Launch(argv, null, variables, script, folder, "not the name of a program: " + e.getMessage());
        }
    }

    /** What cannot be passed on as it is, if there is such; named by its place, since it may be a password. */
    private String unfit(List<String> argv, Map<String, String> variables) {
        var encoder = charset.newEncoder();
        for (int i = 0; i < argv.size(); i++) {
            if (!encoder.canEncode(argv.get(i))) {
                return "argument " + i;
            }
        }
        return variables.entrySet().stream().filter(variable -> !encoder.canEncode(variable.getKey() + variable.getValue())).findFirst()
                .map(variable -> "variable " + variable.getKey()).orElse(null);
    }

    private static String notFound(String name, String what) {
        return "aws".equals(name) ? "AWS CLI not found: there is no program aws on the PATH; try: pip install awscli"
                : what + " not found: " + CommandText.quote(name) + (name.contains("/") ? "" : " is in no folder of the PATH");
    }

    private static Path direct(String name, Path folder) {
        var program = folder == null ? Path.of(name).toAbsolutePath() : folder.toAbsolutePath().resolve(name);
        return Files.exists(program) ? program : null; // as it is: what is before /.. may be a link
    }

    /** Relative folders on the PATH are left out: what they hold depends on the working directory. */
    private static Path onPath(String name, String path) {
        Path notExecutable = null;
        for (var folder : path.split(File.pathSeparator)) {
            if (!folder.isEmpty() && Path.of(folder).isAbsolute()) {
                var candidate = Path.of(folder).resolve(name);
                if (Files.isRegularFile(candidate)) {
                    if (Files.isExecutable(candidate)) {
                        return candidate;
                    }
                    notExecutable = notExecutable == null ? candidate : notExecutable;
                }
            }
        }
        return notExecutable;
    }
}
