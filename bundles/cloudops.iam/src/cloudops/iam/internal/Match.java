package cloudops.iam.internal;

/**
 * Three-valued answer to "does this part of a policy apply?", combined as in Kleene's logic: what cannot be decided on this machine stays
 * undecided unless the other side settles it.
 *
 * @param truth the answer
 * @param cause what could not be decided, for people; null unless undecided
 */
record Match(Truth truth, String cause) {

    static final Match YES = new Match(Truth.YES, null);
    static final Match NO = new Match(Truth.NO, null);

    enum Truth {
        YES, NO, UNDECIDED
    }

    static Match undecided(String cause) {
        return new Match(Truth.UNDECIDED, cause);
    }

    static Match of(boolean applies) {
        return applies ? YES : NO;
    }

    boolean yes() {
        return truth == Truth.YES;
    }

    boolean no() {
        return truth == Truth.NO;
    }

    Match and(Match other) {
        if (no() || other.no()) {
            return NO;
        }
        return yes() ? other : this;
    }

    Match or(Match other) {
        if (yes() || other.yes()) {
            return YES;
        }
        return no() ? other : this;
    }

    Match not() {
        return switch (truth) {
            case YES -> NO;
            case NO -> YES;
            case UNDECIDED -> this;
        };
    }
}
