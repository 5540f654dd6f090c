package cloudops.cli.internal;

import cloudops.model.DisplayText;
import cloudops.plugins.Plugins.Change;

/** What became of plug-ins, for people. */
final class PluginText {

    private PluginText() {
    }

    static String of(Change change) {
        var id = DisplayText.line(change.id());
        if (change.to() == null) {
            return id + " " + change.from() + " removed.";
        }
        if (change.to().equals(change.from())) {
            return id + " " + change.to() + " is up to date.";
        }
        return id + " " + change.to() + " installed" + (change.from() == null ? "." : " (was " + change.from() + ").");
    }
}
