package cloudops.cli.internal;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

import cloudops.storage.spi.PassphraseSource;

/**
 * The passphrase from {@code CLOUDOPS_PASSPHRASE_FD} or {@code CLOUDOPS_PASSPHRASE}, else from the person at the terminal, who types a new one
 * twice.
 */
final class UserPassphrase implements PassphraseSource {

    private final Console console;
    private final GivenSecret given;
    private final GivenSecret another;

    /** @param environment the variables of this process */
    UserPassphrase(Console console, Map<String, String> environment) {
        this.console = console;
        given = new GivenSecret("CLOUDOPS_PASSPHRASE", environment);
        another = new GivenSecret("CLOUDOPS_NEW_PASSPHRASE", environment);
    }

    @Override
    public Optional<char[]> passphrase(Path home, boolean create) {
        return given.get().or(() -> create ? choose("Choose a passphrase for the new home " + home + ": ")
                : console.askSecretly("Passphrase of " + home + ": "));
    }

    /** Another passphrase for a home that has one, or has none so far: from {@code CLOUDOPS_NEW_PASSPHRASE_FD} or its like. */
    Optional<char[]> another(Path home) {
        return another.get().or(() -> choose("Choose the new passphrase of " + home + ": "));
    }

    private Optional<char[]> choose(String question) {
        for (;;) {
            var first = console.askSecretly(question);
            var second = first.flatMap(typed -> console.askSecretly("Once more: "));
            if (second.isEmpty() || first.get().length == 0) {
                return Optional.empty();
            }
            try {
                if (Arrays.equals(first.get(), second.get())) {
                    return first;
                }
                console.err().println("These are two different passphrases.");
            } finally {
                Arrays.fill(second.get(), ' ');
            }
        }
    }
}
