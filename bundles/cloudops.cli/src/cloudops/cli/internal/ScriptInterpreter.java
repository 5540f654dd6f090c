package cloudops.cli.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

import cloudops.execution.Command.Interpreter;

/** Tells what runs a script: its first line says, else the end of its name, else it is sh. */
final class ScriptInterpreter {

    private static final int LONGEST_FIRST_LINE = 256;
    /** {@code #!/bin/bash -e}, {@code #!/usr/bin/env python3}. */
    private static final Pattern FIRST_LINE = Pattern.compile("#! *(?:\\S*/)?(?:env +(?:-S +)?)?(?:\\S*/)?(\\S+).*", Pattern.DOTALL);

    private ScriptInterpreter() {
    }

    /** @throws CliException (usage) when it is none of ours */
    static Interpreter of(Path script) throws CliException {
        var line = FIRST_LINE.matcher(firstBytes(script).lines().findFirst().orElse(""));
        if (!line.matches()) {
            var name = script.toString();
            return name.endsWith(".py") ? Interpreter.PYTHON : name.endsWith(".bash") ? Interpreter.BASH : Interpreter.SH;
        }
        var program = line.group(1);
        return switch (program) {
            case "sh", "dash", "ash" -> Interpreter.SH;
            case "bash" -> Interpreter.BASH;
            default -> {
                if (program.startsWith("python")) {
                    yield Interpreter.PYTHON;
                }
                throw new CliException(ExitCode.USAGE, script + " is for " + program + ", and --script runs sh, bash and python",
                        "cloudops exec -- " + program + " " + script);
            }
        };
    }

    private static String firstBytes(Path script) {
        try (var in = Files.newInputStream(script)) {
            return new String(in.readNBytes(LONGEST_FIRST_LINE), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return ""; // that it cannot be read is the result of running it
        }
    }
}
