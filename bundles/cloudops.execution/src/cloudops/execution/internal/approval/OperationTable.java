package cloudops.execution.internal.approval;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

import cloudops.execution.Verdict.Effect;
import cloudops.model.Risk;

/**
 * What AWS operations do, named as the AWS CLI names them: what their models tell ({@link GeneratedOperations}), corrected by what people
 * know better ({@link ReviewedOperations}). Every process that judges commands makes one, so nothing is read before the first judgement.
 * Safe for use by many threads.
 */
final class OperationTable {

    private static final Judgement UNKNOWN = Judgement.of(Effect.UNKNOWN);

    private volatile Contents contents;

    private OperationTable() {
    }

    static OperationTable bundled() {
        return new OperationTable();
    }

    /** Never null: an operation that the models do not name, such as a new or misspelt one, is UNKNOWN, whatever prefix it matches. */
    Judgement judge(String service, String operation) {
        var bundled = contents();
        var kind = bundled.generated.operations(service).get(operation);
        return kind == null ? UNKNOWN : bundled.reviewed.judge(service, operation).orElseGet(() -> Judgement.of(kind.effect()));
    }

    private Contents contents() {
        var read = contents;
        if (read == null) { // two threads may both read the files: no harm
            read = new Contents(new GeneratedOperations(text(GeneratedOperations.RESOURCE)),
                    new ReviewedOperations(text(ReviewedOperations.RESOURCE)));
            contents = read;
        }
        return read;
    }

    /** A bundled file; they hold nothing but ASCII. */
    static String text(String name) {
        try (var in = OperationTable.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1); // which needs no decoding
        } catch (IOException e) {
            throw new UncheckedIOException("the bundled table " + name + " cannot be read", e);
        }
    }

    private record Contents(GeneratedOperations generated, ReviewedOperations reviewed) {
    }

    /** What an operation does, and the least risk to show. */
    record Judgement(Effect effect, Risk risk) {

        /** With the risk that is usual for the effect. */
        static Judgement of(Effect effect) {
            return new Judgement(effect, switch (effect) {
                case READ_ONLY -> Risk.LOW;
                case SENSITIVE_READ, MUTATING -> Risk.MEDIUM;
                case DESTRUCTIVE, UNKNOWN -> Risk.HIGH;
            });
        }
    }
}
