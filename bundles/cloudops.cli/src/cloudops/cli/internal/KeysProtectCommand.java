package cloudops.cli.internal;

import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import cloudops.storage.HomeKeys;
import cloudops.storage.StorageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cloudops keys protect}. */
@Command(name = "protect", description = { "Lets something else open the keys from now on: the system's keychain, or a new passphrase.",
    "Keys and records stay as they are. What opened the keys until now opens only copies of keys/ that were made before, as in backups;",
    "to shut these out, rotate the keys and delete the copies." },
        footer = { "", "The new passphrase comes from CLOUDOPS_NEW_PASSPHRASE_FD (the number of a file descriptor), from CLOUDOPS_NEW_PASSPHRASE,",
            "or is typed twice. The present one, if there is one, as always: CLOUDOPS_PASSPHRASE_FD, CLOUDOPS_PASSPHRASE, or typed.", "",
            "Examples:", "  cloudops keys protect --with keychain", "  cloudops keys protect --with passphrase" })
final class KeysProtectCommand implements Callable<Integer> {

    private final Cli cli;

    @Option(names = "--with", required = true, paramLabel = "keychain|passphrase", description = "What opens the keys from now on.")
    private Method method;

    private enum Method {
        KEYCHAIN, PASSPHRASE
    }

    KeysProtectCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        if (cli.readOnly()) {
            throw new CliException(ExitCode.REFUSED, "not changed: read-only", null);
        }
        var keys = cli.service(HomeKeys.class);
        switch (method) {
            case KEYCHAIN -> keys.moveToKeychain();
            case PASSPHRASE -> protectByPassphrase(keys);
        }
        if (cli.json()) {
            cli.print(Map.of("method", method.name().toLowerCase(Locale.ROOT)));
        } else {
            cli.console().out().println(method == Method.KEYCHAIN ? "The system's keychain opens this home from now on."
                    : "The new passphrase opens this home from now on.");
        }
        return ExitCode.DONE;
    }

    private void protectByPassphrase(HomeKeys keys) throws StorageException, CliException {
        var passphrase = another();
        try {
            keys.moveToPassphrase(passphrase);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }

    private char[] another() throws CliException {
        try {
            return cli.passphrase().another(cli.environment().home())
                    .orElseThrow(() -> new CliException(ExitCode.USAGE, "there is no new passphrase", "type it on a terminal, or set CLOUDOPS_NEW_PASSPHRASE"));
        } catch (UncheckedIOException e) {
            throw new CliException(ExitCode.FAILED, e.getMessage(), "open the descriptor: 3< file");
        }
    }
}
