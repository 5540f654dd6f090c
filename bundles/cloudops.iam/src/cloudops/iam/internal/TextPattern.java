package cloudops.iam.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * A string of a policy with its wildcards and variables. Matching takes time in proportion to pattern × text, whatever the pattern.
 * <p>
 * In ARNs, {@code *} and {@code ?} stay within a segment between colons, but a {@code *} that ends a segment reaches beyond it (IAM User
 * Guide, "IAM JSON policy elements: Resource"). Where only a wildcard in the middle of a segment would have to cross a colon, the match is
 * undecided: the guide and what people observe differ there.
 */
final class TextPattern {

    /** Which characters are wildcards, and how far they reach. */
    enum Wildcards {
        NONE, ANYWHERE,
        /** Of resources. */
        ARN,
        /** Of the operators that compare ARNs segment by segment: only in the sixth and last may a wildcard stand for a colon. */
        ARN_BY_SEGMENT
    }

    private static final int SEGMENTS_BEFORE_LAST = 5;

    private enum Kind {
        CHARACTER, ONE, ONE_IN_SEGMENT, MANY, MANY_IN_SEGMENT;

        boolean many() {
            return this == MANY || this == MANY_IN_SEGMENT;
        }

        boolean inSegment() {
            return this == ONE_IN_SEGMENT || this == MANY_IN_SEGMENT;
        }
    }

    /** @param codePoint the character for {@code CHARACTER}, else 0 */
    private record Token(Kind kind, int codePoint) {
    }

    private final List<Token> tokens = new ArrayList<>();
    private final String literalStart;
    private final boolean literal;
    private final boolean open;
    private boolean segmented;
    private boolean impossible;
    private String unknownVariable;
    private String unresolvedVariable;

    private TextPattern(String text, Wildcards wildcards, ContextKeys variables) {
        int colons = 0;
        for (int i = 0; i < text.length();) {
            int end = variables == null ? -1 : PolicyVariable.end(text, i);
            if (end >= 0) {
                var variable = text.substring(i, end);
                // in resources, variables are for the part after the fifth colon; what they do before it is not said
                add(wildcards == Wildcards.ARN && colons < SEGMENTS_BEFORE_LAST && !PolicyVariable.isEscape(variable)
                        ? new PolicyVariable.Unknown(variable, true) : PolicyVariable.resolve(variable, variables));
                i = end;
            } else {
                int c = text.codePointAt(i);
                i += Character.charCount(c);
                colons += c == ':' ? 1 : 0;
                boolean reachesOn = wildcards == Wildcards.ARN_BY_SEGMENT ? colons >= SEGMENTS_BEFORE_LAST
                        : i == text.length() || text.charAt(i) == ':';
                add(c, wildcards, reachesOn);
            }
        }
        literalStart = tokens.stream().takeWhile(token -> token.kind() == Kind.CHARACTER).mapToInt(Token::codePoint)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
        int further = tokens.size() - literalStart.codePointCount(0, literalStart.length());
        literal = further == 0;
        open = further == 1 && tokens.getLast().kind() == Kind.MANY;
    }

    /** @param variables what {@code ${…}} stands for; null where it is plain text (policies of version 2008-10-17) */
    static TextPattern of(String text, Wildcards wildcards, ContextKeys variables) {
        return new TextPattern(text, wildcards, variables);
    }

    Match matches(String text) {
        // most patterns fail at their literal start already, for next to nothing
        if (impossible || !text.startsWith(literalStart)) {
            return Match.NO;
        }
        if (unknownVariable != null) {
            return run(text, false) ? Match.undecided("variable " + unknownVariable) : Match.NO;
        }
        if (run(text, true)) {
            return Match.YES;
        }
        return segmented && run(text, false) ? Match.undecided("a wildcard across the segments of an ARN") : Match.NO;
    }

    /**
     * A variable that has no value, or may have none for all that is known: it may make its whole statement void (IAM User Guide, "Variables and
     * tags"), beyond matching nothing itself.
     */
    Optional<String> unresolved() {
        return Optional.ofNullable(unresolvedVariable);
    }

    private void add(PolicyVariable.Value value) {
        switch (value) {
            case PolicyVariable.Text(String text) -> text.codePoints().forEach(c -> tokens.add(new Token(Kind.CHARACTER, c)));
            case PolicyVariable.Absent(String variable) -> {
                impossible = true;
                unresolvedVariable = variable;
            }
            case PolicyVariable.Unknown(String variable, boolean mayBeAbsent) -> {
                unknownVariable = variable;
                unresolvedVariable = mayBeAbsent ? variable : unresolvedVariable;
                tokens.add(new Token(Kind.MANY, 0));
            }
        }
    }

    /** @param reachesOn whether a {@code *} here may stand for colons */
    private void add(int character, Wildcards wildcards, boolean reachesOn) {
        boolean wild = wildcards != Wildcards.NONE && (character == '*' || character == '?');
        if (!wild) {
            tokens.add(new Token(Kind.CHARACTER, character));
            return;
        }
        boolean arn = wildcards != Wildcards.ANYWHERE;
        Kind kind;
        if (character == '*') {
            kind = arn && !reachesOn ? Kind.MANY_IN_SEGMENT : Kind.MANY;
        } else {
            kind = arn && !(wildcards == Wildcards.ARN_BY_SEGMENT && reachesOn) ? Kind.ONE_IN_SEGMENT : Kind.ONE;
        }
        segmented |= kind.inSegment();
        tokens.add(new Token(kind, 0));
    }

    /** Whether the whole of {@code text}, which begins with the literal start, matches. */
    private boolean run(String text, boolean withinSegments) {
        if (literal || open) {
            return open || text.length() == literalStart.length();
        }
        return follow(text.codePoints().toArray(), withinSegments);
    }

    /** Follows all positions in the pattern at once, so that no pattern makes it slow. */
    private boolean follow(int[] text, boolean withinSegments) {
        var positions = new BitSet(tokens.size() + 1);
        var next = new BitSet(tokens.size() + 1);
        reach(positions, 0);
        for (int c : text) {
            for (int at = positions.nextSetBit(0); at >= 0 && at < tokens.size(); at = positions.nextSetBit(at + 1)) {
                var token = tokens.get(at);
                if (accepts(token, c, withinSegments)) {
                    reach(next, token.kind().many() ? at : at + 1);
                }
            }
            if (next.isEmpty()) {
                return false;
            }
            var last = positions;
            positions = next;
            next = last;
            next.clear();
        }
        return positions.get(tokens.size());
    }

    private static boolean accepts(Token token, int c, boolean withinSegments) {
        if (token.kind() == Kind.CHARACTER) {
            return token.codePoint() == c;
        }
        return c != ':' || !withinSegments || !token.kind().inSegment();
    }

    /** A {@code *} may stand for nothing, so the position after it is reached with it. */
    private void reach(BitSet positions, int position) {
        int at = position;
        positions.set(at);
        while (at < tokens.size() && tokens.get(at).kind().many()) {
            positions.set(++at);
        }
    }
}
