package cloudops.cli.internal;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cloudops keys}. */
@Command(name = "keys", description = "The keys that encrypt this home: what opens them, new ones, their end. AWS key pairs in the keychain.")
final class KeysCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: status, rotate, protect, destroy, add-aws, list-aws or remove-aws");
    }
}
