package cloudops.cli.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;

import cloudops.plugins.Plugin;
import cloudops.plugins.Plugin.Offered;
import cloudops.plugins.PluginException;
import cloudops.plugins.Plugins;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code cloudops plugins list}. */
@Command(name = "list", description = "Lists the plug-ins that are installed, and those that the sites offer.")
final class PluginsListCommand implements Callable<Integer> {

    private final Cli cli;

    @Mixin
    private PluginSiteOption from;

    PluginsListCommand(Cli cli) {
        this.cli = cli;
    }

    /** A row of the JSON result. @param installed version; null when it is not. @param available the newest version at the sites; null for none. */
    record Row(String id, String name, String installed, String available, String site) {
    }

    @Override
    public Integer call() throws Exception {
        var plugins = cli.service(Plugins.class);
        var rows = new TreeMap<String, Row>();
        for (var plugin : plugins.installed()) {
            rows.put(plugin.id(), new Row(plugin.id(), plugin.name(), plugin.version(), null, plugin.site().map(Object::toString).orElse(null)));
        }
        var failures = new ArrayList<Failure>();
        for (var site : from.site().map(List::of).orElseGet(plugins::sites)) {
            try {
                plugins.available(site).forEach(offered -> rows.merge(offered.id(), row(offered), PluginsListCommand::newer));
            } catch (PluginException e) {
                failures.add(Failure.of(e));
            }
        }
        print(rows.values());
        failures.forEach(failure -> failure.print(cli.console()));
        return failures.isEmpty() ? ExitCode.DONE : ExitCode.PARTLY;
    }

    private static Row row(Offered plugin) {
        return new Row(plugin.id(), plugin.name(), null, plugin.version(), plugin.site().toString());
    }

    private static Row newer(Row known, Row offered) {
        boolean better = known.available() == null || Plugin.VERSIONS.compare(known.available(), offered.available()) < 0;
        return better ? new Row(known.id(), offered.name(), known.installed(), offered.available(), offered.site()) : known;
    }

    private void print(Collection<Row> rows) throws java.io.IOException {
        if (cli.json()) {
            cli.print(rows);
            return;
        }
        var table = new Table("PLUG-IN", "INSTALLED", "AVAILABLE", "WHAT IT IS");
        rows.stream().sorted(Comparator.comparing(Row::id)).forEach(row -> table.row(row.id(), row.installed(), row.available(), row.name()));
        if (!table.isEmpty()) {
            table.print(cli.console().out());
        } else {
            cli.say("No plug-in is installed, and no site is known that offers any.");
        }
    }
}
