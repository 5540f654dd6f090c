package cloudops.cli.internal;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;

import org.osgi.framework.Bundle;

import picocli.CommandLine.Command;

/** {@code cloudops version}. */
@Command(name = "version", description = "Product, bundles and JVM.")
final class VersionCommand implements Callable<Integer> {

    private static final String OURS = "cloudops.";

    private final Cli cli;

    VersionCommand(Cli cli) {
        this.cli = cli;
    }

    /** The JSON result. */
    record Version(String product, String version, List<Module> bundles, String jvm, String os) {
    }

    record Module(String name, String version) {
    }

    @Override
    public Integer call() throws Exception {
        var bundles = Arrays.stream(cli.services().bundles()).filter(bundle -> bundle.getSymbolicName().startsWith(OURS))
                .sorted(Comparator.comparing(Bundle::getSymbolicName))
                .map(bundle -> new Module(bundle.getSymbolicName(), bundle.getVersion().toString())).toList();
        var own = bundles.stream().filter(module -> module.name().equals("cloudops.cli")).findFirst().orElseThrow();
        var version = new Version("CloudOps Workbench", own.version(), bundles,
                System.getProperty("java.vm.name") + " " + Runtime.version(), System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        if (cli.json()) {
            cli.print(version);
        } else {
            var out = cli.console().out();
            out.println(version.product() + " " + version.version());
            out.println(version.jvm() + ", " + version.os());
            bundles.forEach(module -> out.println("  " + module.name() + " " + module.version()));
        }
        return ExitCode.DONE;
    }
}
