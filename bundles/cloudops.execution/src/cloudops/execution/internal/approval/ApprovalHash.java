package cloudops.execution.internal.approval;

import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import cloudops.execution.Command;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.internal.process.Launch;

/**
 * SHA-256 over the command as the request has it and over all that reaches the process: program as it was resolved, the file that it is
 * once links are followed, and arguments, the bytes
 * of a script, every variable of the environment, working directory, AWS endpoint and account; and over what is said of the request, since that is what a person
 * judged it by: time limit, metadata, context, resource, risk. Each text goes in with its length in front and lists with their size, so that
 * no two requests have the same encoding. Only the ID is left out: it names a run and not what runs.
 * <p>
 * The program is started by the name that was resolved, which many programs go by, and not by the file behind its links: who may change links
 * in the instant between the last look at them and the start can change the file as well.
 */
public final class ApprovalHash {

    private final MessageDigest digest;

    private ApprovalHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public static String of(ExecutionRequest request, Launch launch, Optional<URI> endpoint) {
        var hash = new ApprovalHash();
        hash.text("cloudops-approval-3");
        hash.command(request.command());
        hash.texts(launch.argv());
        hash.text(Objects.toString(launch.program(), null));
        hash.bytes(launch.script());
        hash.map(launch.variables());
        hash.text(Objects.toString(launch.workingDir(), null));
        hash.text(endpoint.map(URI::toString).orElse(null));
        hash.request(request);
        return "sha256:" + HexFormat.of().formatHex(hash.digest.digest());
    }

    /** As the request has it: what is resolved from it may be the same for another. */
    private void command(Command command) {
        text(command.getClass().getSimpleName());
        switch (command) {
            case Command.Exec exec -> texts(exec.argv());
            case Command.Script script -> {
                text(script.interpreter().name());
                text(script.file().toString());
                texts(script.args());
            }
            case Command.Shell shell -> text(shell.script());
            case Command.AwsCli cli -> {
                texts(Arrays.asList(cli.service(), cli.operation(), cli.profile(), cli.region()));
                texts(cli.args());
            }
            case Command.AwsSdk sdk -> texts(Arrays.asList(sdk.service(), sdk.operation(), sdk.params(), sdk.profile(), sdk.region()));
        }
    }

    /** What is said of the request. */
    private void request(ExecutionRequest request) {
        map(new TreeMap<>(request.env()));
        text(Objects.toString(request.timeout(), null));
        text(request.contextId());
        text(request.resourceId());
        text(Objects.toString(request.risk(), null));
        var metadata = request.metadata();
        texts(Arrays.asList(metadata.source(), metadata.conversationId(), metadata.accountId(), metadata.description()));
        map(new TreeMap<>(metadata.tags()));
    }

    private void map(SortedMap<String, String> map) {
        number(map.size());
        map.forEach((name, value) -> {
            text(name);
            text(value);
        });
    }

    private void texts(List<String> texts) {
        number(texts.size());
        texts.forEach(this::text);
    }

    /** Character by character: an encoder would write the same for every half of a pair. @param text null is not the same as empty */
    private void text(String text) {
        if (text == null) {
            bytes(null);
            return;
        }
        var characters = ByteBuffer.allocate(text.length() * Character.BYTES);
        characters.asCharBuffer().put(text);
        bytes(characters.array());
    }

    private void bytes(byte[] bytes) {
        if (bytes == null) {
            number(-1);
            return;
        }
        number(bytes.length);
        digest.update(bytes);
    }

    private void number(int number) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    }
}
