package cloudops.cli.internal;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

import cloudops.storage.spi.PassphraseSource;

/** The passphrase from {@code CLOUDOPS_PASSPHRASE}, else from the person at the terminal, who types a new one twice. */
final class UserPassphrase implements PassphraseSource {

    private static final String VARIABLE = "CLOUDOPS_PASSPHRASE";

    private final Console console;

    UserPassphrase(Console console) {
        this.console = console;
    }

    @Override
    public Optional<char[]> passphrase(Path home, boolean create) {
        var given = System.getenv(VARIABLE);
        if (given != null && !given.isEmpty()) {
            return Optional.of(given.toCharArray());
        }
        return create ? choose(home) : console.askSecretly("Passphrase of " + home + ": ");
    }

    private Optional<char[]> choose(Path home) {
        for (;;) {
            var first = console.askSecretly("Choose a passphrase for the new home " + home + ": ");
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
