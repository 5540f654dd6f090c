package cloudops.execution.internal.approval;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import cloudops.execution.Command;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.internal.process.Launch;

/**
 * SHA-256 over all that reaches the process: kind of command, program and arguments or the call's parts, every variable of the
 * environment, working directory, AWS endpoint and account. Each text goes in with its length in front and lists with their size, so that no two
 * requests have the same encoding. The request's ID, timeout and descriptions do not reach the process and are left out.
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
        hash.text("cloudops-approval-1");
        hash.text(request.command().getClass().getSimpleName());
        switch (request.command()) {
            case Command.AwsSdk sdk -> hash.texts(
                    Arrays.asList(sdk.service(), sdk.operation(), sdk.params(), sdk.profile(), sdk.region()));
            case Command.Exec exec -> hash.texts(launch.argv());
            case Command.AwsCli cli -> hash.texts(launch.argv());
        }
        hash.number(launch.variables().size());
        launch.variables().forEach((name, value) -> {
            hash.text(name);
            hash.text(value);
        });
        hash.text(Objects.toString(launch.workingDir(), null));
        hash.text(endpoint.map(URI::toString).orElse(null));
        hash.text(request.metadata().accountId());
        return "sha256:" + HexFormat.of().formatHex(hash.digest.digest());
    }

    private void texts(List<String> texts) {
        number(texts.size());
        texts.forEach(this::text);
    }

    /** @param text null is not the same as empty */
    private void text(String text) {
        if (text == null) {
            number(-1);
            return;
        }
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        number(bytes.length);
        digest.update(bytes);
    }

    private void number(int number) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    }
}
