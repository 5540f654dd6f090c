package cloudops.execution.internal.plan;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionPlan.Strategy;

/**
 * SHA-256 over all that a person who consents to a plan was shown: its description and strategy, and of every step its ID, description, what it
 * depends on and the hash of its request, references as they are written. Texts go in with their length in front and lists with their
 * size, so that no two plans have the same encoding. IDs of the plan and its executions are left out: they name a run and not what runs.
 */
final class PlanHash {

    private PlanHash() {
    }

    /** @param stepHashes of the steps' requests, in their order */
    static String of(ExecutionPlan plan, List<String> stepHashes) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            var out = new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            text(out, "cloudops-plan-approval-1");
            text(out, plan.description());
            switch (plan.strategy()) {
                case Strategy.Serial serial -> {
                    text(out, "serial");
                    out.writeBoolean(serial.continueOnError());
                }
                case Strategy.Parallel parallel -> {
                    text(out, "parallel");
                    out.writeInt(parallel.maxConcurrency());
                }
                case Strategy.Graph graph -> {
                    text(out, "graph");
                    out.writeInt(graph.maxConcurrency());
                }
            }
            out.writeInt(plan.steps().size());
            for (int i = 0; i < plan.steps().size(); i++) {
                var step = plan.steps().get(i);
                text(out, step.id());
                text(out, step.description());
                out.writeInt(step.dependsOn().size());
                for (var needed : step.dependsOn()) {
                    text(out, needed);
                }
                text(out, stepHashes.get(i));
            }
            return "sha256:" + HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        } catch (IOException e) {
            throw new UncheckedIOException("nothing is written anywhere", e);
        }
    }

    /** @param text null is not the same as empty */
    private static void text(DataOutputStream out, String text) throws IOException {
        var bytes = text == null ? null : text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            out.write(bytes);
        }
    }
}
