package cloudops.cli.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

import picocli.CommandLine;

/** The commands of {@code cloudops}, in the order of its help. Each is made only when it is needed: to read the annotations of all takes a start long. */
final class Commands {

    private static final Map<String, Function<Cli, CommandLine>> BY_NAME = new LinkedHashMap<>();

    static {
        BY_NAME.put("demo", cli -> new CommandLine(new DemoCommand(cli)));
        BY_NAME.put("scan", cli -> new CommandLine(new ScanCommand(cli)));
        BY_NAME.put("sync", cli -> group(new SyncCommand(cli), new SyncStatusCommand(cli)));
        BY_NAME.put("resources", cli -> group(new ResourcesCommand(), new ResourcesListCommand(cli), new ResourcesShowCommand(cli)));
        BY_NAME.put("search", cli -> new CommandLine(new SearchCommand(cli)));
        BY_NAME.put("ask", cli -> new CommandLine(new AskCommand(cli)));
        // what stands behind the program's name is the program's, not ours
        BY_NAME.put("exec", cli -> new CommandLine(new ExecCommand(cli)).setStopAtPositional(true));
        BY_NAME.put("plan", cli -> group(new PlanCommand(), new PlanCheckCommand(cli), new PlanRunCommand(cli)));
        BY_NAME.put("executions", cli -> group(new ExecutionsCommand(), new ExecutionsListCommand(cli), new ExecutionsShowCommand(cli),
                new ExecutionsLogsCommand(cli), new ExecutionsCancelCommand(cli)));
        BY_NAME.put("profiles", cli -> group(new ProfilesCommand(), new ProfilesListCommand(cli), new ProfilesValidateCommand(cli)));
        BY_NAME.put("playbooks", cli -> group(new PlaybooksCommand(), new PlaybooksListCommand(cli), new PlaybooksShowCommand(cli),
                new PlaybooksValidateCommand(cli)));
        BY_NAME.put("store", cli -> group(new StoreCommand(), new StoreStatusCommand(cli), new StoreVerifyCommand(cli), new StoreMigrateCommand(cli)));
        BY_NAME.put("chat", cli -> group(new ChatCommand(), new ChatListCommand(cli), new ChatShowCommand(cli), new ChatSearchCommand(cli),
                new ChatDeleteCommand(cli)));
        BY_NAME.put("keys", cli -> group(new KeysCommand(), new KeysStatusCommand(cli), new KeysRotateCommand(cli), new KeysProtectCommand(cli),
                new KeysDestroyCommand(cli), new KeysAddAwsCommand(cli), new KeysListAwsCommand(cli), new KeysRemoveAwsCommand(cli)));
        BY_NAME.put("backup", cli -> group(new BackupCommand(), new BackupCreateCommand(cli), new BackupListCommand(cli),
                new BackupVerifyCommand(cli), new BackupRestoreCommand(cli)));
        BY_NAME.put("plugins", cli -> group(new PluginsCommand(), new PluginsSitesCommand(cli), new PluginsListCommand(cli),
                new PluginsInstallCommand(cli), new PluginsUpdateCommand(cli), new PluginsRemoveCommand(cli)));
        BY_NAME.put("bench", cli -> new CommandLine(new BenchCommand(cli)));
        BY_NAME.put("rehearse", cli -> new CommandLine(new RehearseCommand(cli)));
        BY_NAME.put("version", cli -> new CommandLine(new VersionCommand(cli)));
    }

    private Commands() {
    }

    /** Adds to {@code line} what {@code arguments} may want of it: the one command that they begin with, else, as for its help, all. */
    static void addTo(CommandLine line, Cli cli, String[] arguments) {
        var first = arguments.length == 0 ? null : BY_NAME.get(arguments[0]);
        if (first != null) {
            line.addSubcommand(first.apply(cli));
        } else {
            BY_NAME.values().forEach(command -> line.addSubcommand(command.apply(cli)));
        }
    }

    private static CommandLine group(Object command, Object... ofIt) {
        var line = new CommandLine(command);
        for (var each : ofIt) {
            line.addSubcommand(each);
        }
        return line;
    }
}
