package cloudops.cli.internal;

import java.time.Instant;

import cloudops.execution.Approval;
import cloudops.execution.Verdict;

/** Asks for a person's consent to what was just shown: with {@code --approve}, else on the terminal. */
final class Consent {

    private Consent() {
    }

    /**
     * @param hash of what would run
     * @param approvedHash the one given with {@code --approve}; null when none was
     * @param what "plan", "call"
     * @return the consent
     * @throws CliException when it is refused, is for something else, or there is nobody to ask
     */
    static Approval obtain(Cli cli, String what, Verdict verdict, String hash, String approvedHash) throws CliException {
        if (approvedHash != null) {
            requireSame(what, hash, approvedHash);
            return by(hash);
        }
        if (!canAsk(cli)) {
            throw new NotApproved(what, verdict, hash);
        }
        if (!askedAndAnsweredYes(cli, what)) {
            throw new CliException(ExitCode.REFUSED, "not approved, nothing was run", null);
        }
        return by(hash);
    }

    static boolean canAsk(Cli cli) {
        return !cli.json() && cli.console().terminal();
    }

    static boolean askedAndAnsweredYes(Cli cli, String what) {
        return cli.console().ask("Run this " + what + "? [y/N] ").orElse("").strip().equalsIgnoreCase("y");
    }

    static void requireSame(String what, String hash, String approvedHash) throws CliException {
        if (!approvedHash.equals(hash)) {
            throw new CliException(ExitCode.REFUSED, "the approval is for another " + what + ": this one has the hash " + hash,
                    "look at the " + what + " and approve it with --approve " + hash);
        }
    }

    /** Consent of the user of this process. */
    static Approval by(String hash) {
        return new Approval(hash, System.getProperty("user.name"), Instant.now());
    }

    /** Consent is needed and there is nobody to ask. */
    static final class NotApproved extends CliException {

        private static final long serialVersionUID = 1L;

        private final transient Verdict verdict;
        private final String hash;

        NotApproved(String what, Verdict verdict, String hash) {
            super(ExitCode.REFUSED, "not run: it needs your consent, since " + verdict.reason(),
                    "approve exactly this " + what + " with --approve " + hash);
            this.verdict = verdict;
            this.hash = hash;
        }

        Verdict verdict() {
            return verdict;
        }

        String hash() {
            return hash;
        }
    }
}
