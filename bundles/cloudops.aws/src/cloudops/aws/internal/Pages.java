package cloudops.aws.internal;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Makes one answer of many pages, as the CLI does: lists are joined; what tells of a single page (tokens, {@code IsTruncated},
 * {@code MaxKeys} …) is left out. Where a list is one level deeper ({@code EngineDefaults.Parameters}) the same holds there.
 */
final class Pages {

    /** The one text that comes in pieces: {@code rds download-db-log-file-portion}. */
    private static final Set<String> PIECES = Set.of("LogFileData");

    /** Member of an answer with the token of the next page, and the parameter that takes it; the more special names first. */
    private static final Map<String, String> TOKENS = tokens();

    /** Of list-buckets. Not among the others: elsewhere an answer repeats with it what was sent. */
    private static final String CONTINUATION = "ContinuationToken";

    private Pages() {
    }

    /** Whether a request names a page, be it the first one, as {@code null}: then that page is wanted, and not all of them. */
    static boolean isForOne(JsonNode params) {
        return params.has(CONTINUATION) || TOKENS.values().stream().anyMatch(params::has);
    }

    /**
     * How the pages of an operation are asked for one by one.
     *
     * @param parameter takes the token
     * @param member of the answer, has the token of the next page
     */
    record Paging(String parameter, String member) {

        /** @return empty when the tokens are not among those we know: nobody would notice that pages are missing */
        static Optional<Paging> of(Set<String> parameters, Set<String> members) {
            return Stream.concat(TOKENS.entrySet().stream(), Stream.of(Map.entry(CONTINUATION, CONTINUATION)))
                    .filter(token -> members.contains(token.getKey()) && parameters.contains(token.getValue()))
                    .map(token -> new Paging(token.getValue(), token.getKey())).findFirst();
        }

        /**
         * The token of the page after {@code page}; null when that is the last.
         *
         * @param sent the token by which it was asked for
         */
        String next(ObjectNode page, String sent) throws IncompleteException {
            var truncated = page.path("IsTruncated");
            if (truncated.isBoolean() && !truncated.booleanValue()) {
                return null;
            }
            var token = page.path(member).asText("");
            if (token.isEmpty() ? truncated.asBoolean() : token.equals(sent)) {
                throw new IncompleteException();
            }
            return token.isEmpty() ? null : token;
        }
    }

    /** Removes what tells where {@code answer} lies among its pages; any other member may be the operation's own. */
    static void removeTokens(ObjectNode answer) {
        answer.remove("IsTruncated");
        answer.remove(TOKENS.keySet());
    }

    /** Removes the scalars of {@code answer}, of an operation that answers in pages: they tell of a page and not of the whole. */
    static void removePageFacts(ObjectNode answer) {
        answer.properties().removeIf(member -> member.getValue().isValueNode() && !PIECES.contains(member.getKey()));
        for (var member : answer.properties()) {
            if (member.getValue() instanceof ObjectNode object && object.valueStream().anyMatch(JsonNode::isArray)) {
                object.properties().removeIf(inner -> inner.getValue().isValueNode());
            }
        }
    }

    /** What to send, and as which parameter, to get the page after {@code answer}. */
    record Next(String parameter, String token) {
    }

    /**
     * The page after {@code answer}, which neither the CLI nor the SDK followed: they know no paginator for some operations.
     *
     * @return null when there is none
     * @throws IncompleteException when there is one that cannot be asked for
     */
    static Next next(ObjectNode answer, Next last) throws IncompleteException {
        var truncated = answer.path("IsTruncated");
        if (truncated.isBoolean() && !truncated.booleanValue()) {
            return null;
        }
        for (var token : TOKENS.entrySet()) {
            var value = answer.path(token.getKey()).asText("");
            if (!value.isEmpty()) {
                var next = new Next(token.getValue(), value);
                if (next.equals(last)) {
                    throw new IncompleteException();
                }
                return next;
            }
        }
        if (truncated.asBoolean()) {
            throw new IncompleteException();
        }
        return null;
    }

    /** There are more pages, but no way to them. */
    static final class IncompleteException extends Exception {

        private static final long serialVersionUID = 1L;
    }

    /** Adds what {@code page} has to {@code merged}. */
    static void join(ObjectNode merged, ObjectNode page) {
        for (var member : page.properties()) {
            var name = member.getKey();
            var before = merged.get(name);
            if (before instanceof ArrayNode list && member.getValue() instanceof ArrayNode more) {
                list.addAll(more);
            } else if (before instanceof ObjectNode object && member.getValue() instanceof ObjectNode more) {
                join(object, more);
            } else if (before != null && PIECES.contains(name)) {
                merged.put(name, before.asText() + member.getValue().asText());
            } else {
                merged.set(name, member.getValue());
            }
        }
    }

    private static Map<String, String> tokens() {
        var tokens = new LinkedHashMap<String, String>();
        tokens.put("NextToken", "NextToken");
        tokens.put("nextToken", "nextToken");
        tokens.put("NextContinuationToken", "ContinuationToken");
        tokens.put("NextMarker", "Marker");
        tokens.put("Marker", "Marker");
        return Collections.unmodifiableMap(tokens);
    }
}
