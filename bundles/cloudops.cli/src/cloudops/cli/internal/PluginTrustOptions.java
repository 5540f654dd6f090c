package cloudops.cli.internal;

import cloudops.model.DisplayText;
import cloudops.plugins.Plugins.Trust;
import picocli.CommandLine.Option;

/** What a person takes upon themself. */
final class PluginTrustOptions {

    @Option(names = "--allow-unsigned", description = "Take content that is not signed with this product's certificate, or was changed since. "
            + "It runs with all your rights: be sure who made it.")
    private boolean unsigned;

    @Option(names = "--allow-downgrade", description = "Let an older version take the place of a newer one.")
    private boolean downgrade;

    Trust trust() {
        return new Trust(unsigned, downgrade);
    }

    /** Says, with {@code --quiet} too, what was allowed. */
    static void warn(Cli cli, String warning) {
        cli.console().err().println("cloudops: warning: " + DisplayText.line(warning));
    }
}
