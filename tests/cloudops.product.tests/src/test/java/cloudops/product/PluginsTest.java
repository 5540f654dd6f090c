package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import com.sun.net.httpserver.SimpleFileServer;

import cloudops.product.PluginJar.Key;
import cloudops.product.Product.Run;

/** {@code plugins}: each test has a product of its own, which trusts the key of the test. */
@Execution(ExecutionMode.CONCURRENT)
class PluginsTest {

    private static final String ID = "cloudops.trial.echo";
    private static final String FITS = "[1.0,2)";

    /** On the file system of the product, so that a copy of it takes no room. */
    static final class BesideTheProduct implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws Exception {
            return Files.createTempDirectory(Files.createDirectories(Path.of("target").toAbsolutePath()), "plugins");
        }
    }

    @TempDir(factory = BesideTheProduct.class)
    static Path folder;

    private static final AtomicInteger PRODUCTS = new AtomicInteger();
    private static Key ours;
    private static PluginJar unsigned;
    private static PluginJar signed;
    private static PluginJar newer;

    @BeforeAll
    static void makePlugins() throws Exception {
        ours = Key.made(folder, "ours");
        unsigned = PluginJar.echo(folder, "1.0.0", FITS);
        signed = unsigned.signed(ours);
        newer = PluginJar.echo(folder, "1.10.0", FITS).signed(ours);
    }

    @Test
    void theProductTrustsTheCertificateOfItsBuild() throws Exception {
        assertThat(Product.FOLDER.resolve("plug-in-certificate.pem")).hasSameTextualContentAs(Path.of("../../releng/signing/target/plug-in-certificate.pem"));
        assertThat(Files.readString(Product.FOLDER.resolve("plug-in-certificate.pem"))).doesNotContain("PRIVATE");
    }

    @Test
    void theSiteOfTheBuildIsTrustedByItsProductAndByNoOther() throws Exception {
        var site = Path.of("../../releng/update-site/target/repository").toAbsolutePath().normalize();
        var trusting = Product.copy(folder.resolve("trusting")).with("CLOUDOPS_HOME", folder.resolve("trusting/home").toString());
        Files.createSymbolicLink(trusting.folder.resolve("plug-in-site"), site);
        assertThat(done(trusting.run("plugins", "install", "dynamodb")).err()).isEmpty();
        var offered = done(trusting.run("plugins", "list", "--json")).json();
        assertThat(offered.findValuesAsText("id")).contains("cloudops.scanner.dynamodb", "cloudops.scanner.sqs").hasSizeGreaterThanOrEqualTo(15);
        assertThat(offered).filteredOn(plugin -> plugin.has("installed")).singleElement()
                .satisfies(plugin -> assertThat(plugin.path("available")).isEqualTo(plugin.path("installed")));

        var other = product().run("plugins", "install", "dynamodb", "--from", site.toString());
        assertThat(other.exit()).isEqualTo(4);
        assertThat(other.err()).contains("is signed by somebody else: CN=CloudOps Workbench");
    }

    @Test
    void installsUpdatesAndRemoves() throws Exception {
        var product = product();
        var before = files(product);
        var installed = done(install(product, signed));
        assertThat(installed.json().toString()).isEqualTo("{\"id\":\"" + ID + "\",\"to\":\"1.0.0\"}");
        assertThat(done(product.run("plugins", "list", "--from", newer.file().toString())).out()).containsPattern(ID + " +1\\.0\\.0 +1\\.10\\.0 ");

        assertThat(done(product.run("plugins", "update", "--from", newer.file().toString())).out()).isEqualTo(ID + " 1.10.0 installed (was 1.0.0).\n");
        assertThat(product.run("version").out()).contains(ID + " 1.10.0").doesNotContain(ID + " 1.0.0");
        assertThat(done(product.run("plugins", "update")).out()).isEqualTo(ID + " 1.10.0 is up to date.\n");

        assertThat(done(product.run("plugins", "remove", "echo")).out()).isEqualTo(ID + " 1.10.0 removed.\n");
        assertThat(product.run("version").out()).doesNotContain(ID);
        assertThat(files(product)).as("nothing is left, and nothing else is gone").isEqualTo(before);
    }

    @Test
    void takesPluginsFromTheSitesInTheSettings() throws Exception {
        var server = SimpleFileServer.createFileServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                signed.site(folder.resolve("repository"), "1.0.0", ""), SimpleFileServer.OutputLevel.NONE);
        server.start();
        try {
            var site = "http://127.0.0.1:" + server.getAddress().getPort();
            var product = product();
            Files.writeString(Files.createDirectories(product.userHome.resolve("home")).resolve("settings.json"), "{\"plugins\": {\"sites\": [\"" + site + "\"]}}");
            assertThat(product.run("plugins", "sites").out()).isEqualTo(site + "\n");
            assertThat(done(product.run("plugins", "install", "echo")).out()).isEqualTo(ID + " 1.0.0 installed.\n");

            var lost = product.run("plugins", "install", "ecko");
            assertThat(lost.exit()).isEqualTo(1);
            assertThat(lost.err()).contains("no plug-in \"ecko\" is offered by " + site, "  try: one of " + ID);

            var nowhere = product.run("plugins", "list", "--from", site + "/plugins/");
            assertThat(nowhere.exit()).isEqualTo(3);
            assertThat(nowhere.err()).contains("is no site of plug-ins", "  try: ");
            assertThat(nowhere.out()).contains(ID);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void refusesWhatIsNotSignedUnlessSomebodyAllowsIt() throws Exception {
        var product = product();
        refused(product, install(product, unsigned), ID + " 1.0.0 is not signed", "--allow-unsigned");
        var theirs = unsigned.signed(Key.made(folder, "theirs"));
        refused(product, install(product, theirs), ID + " 1.0.0 is signed by somebody else: CN=theirs", "--allow-unsigned");
        var changed = signed.with("OSGI-INF/scanner.xml", "<component/>");
        refused(product, install(product, changed), ID + " 1.0.0 was changed after it was signed", "--allow-unsigned");
        var certificate = product.folder.resolve("plug-in-certificate.pem");
        Files.delete(certificate);
        refused(product, install(product, signed), "this product has no certificate", "--allow-unsigned");
        Files.writeString(certificate, ours.pem());

        var allowed = done(install(product, unsigned, "--allow-unsigned", "--quiet"));
        assertThat(allowed.err()).contains("warning", "not known who made it", ID + " 1.0.0 is not signed");
        assertThat(bundles(product)).contains(ID + ",1.0.0,");
    }

    @Test
    void refusesAnOlderVersionUnlessSomebodyAllowsIt() throws Exception {
        var product = product();
        done(install(product, newer));
        var older = install(product, signed);
        assertThat(older.exit()).isEqualTo(4);
        assertThat(older.err()).contains(ID + " 1.10.0 is installed", "only the older 1.0.0", "--allow-downgrade");
        assertThat(bundles(product)).contains(ID + ",1.10.0,");

        var allowed = done(install(product, signed, "--allow-downgrade"));
        assertThat(allowed.err()).contains("warning", "older version");
        assertThat(bundles(product)).contains(ID + ",1.0.0,").doesNotContain("1.10.0");
    }

    @Test
    void refusesWhatIsBuiltForAnotherScannerInterface() throws Exception {
        var product = product();
        var future = PluginJar.echo(Files.createDirectories(folder.resolve("future")), "2.0.0", "[2.0,3.0)").signed(ours);
        refused(product, install(product, future), ID + " 2.0.0 is built for version [2.0.0,3.0.0) of the scanner interface", "this product has version 1.");
    }

    @Test
    void believesNothingThatASiteSaysButDoesNotSign() throws Exception {
        var product = product();
        var renamed = signed.site(folder.resolve("renamed"), "9.0.0", "").toString();
        refused(product, product.run("plugins", "install", "echo", "--from", renamed), "what the site calls " + ID + " 9.0.0 is " + ID + " 1.0.0");
        var forged = signed.site(folder.resolve("forged"), "1.0.0",
                "<instruction key='install'>setProgramProperty(propName:a,propValue:b);</instruction>").toString();
        refused(product, product.run("plugins", "install", "echo", "--from", forged), "wants to do more than add bundles");

        var lying = PluginJar.echo(Files.createDirectories(folder.resolve("lying")), "3.0.0", "[3.0,4.0)").signed(ours).site(folder.resolve("silent"), "3.0.0", "");
        refused(product, product.run("plugins", "install", "echo", "--from", lying.toString()), "does not start in this product and was taken out again",
                "cloudops.scanner.spi");
        done(install(product, signed));
    }

    @Test
    void keepsTheVersionThatWorksWhereTheNextDoesNotStart() throws Exception {
        var product = product();
        done(install(product, signed));
        var lying = PluginJar.echo(Files.createDirectories(folder.resolve("lying-update")), "3.0.0", "[3.0,4.0)").signed(ours);
        var site = lying.site(folder.resolve("silent-update"), "3.0.0", "");
        var run = product.run("plugins", "update", "--from", site.toString());
        assertThat(run.exit()).as(run.err()).isEqualTo(4);
        assertThat(run.err()).contains("does not start in this product and was taken out again");
        assertThat(bundles(product)).contains(ID + ",1.0.0,").doesNotContain("3.0.0");
        assertThat(files(product)).contains(ID + "_1.0.0.jar").doesNotContain(ID + "_3.0.0.jar");
        assertThat(done(product.run("plugins", "list")).out()).contains(ID).contains("1.0.0").doesNotContain("3.0.0");
    }

    /** Classes of the archive say that they lie where they lay when it was made. */
    @Test
    void changesTheProductThatWasMovedAndNotWhatItWas() throws Exception {
        var made = product();
        done(made.with("CLOUDOPS_ARCHIVE_CLASSES", "yes").run("version"));
        var product = made.with("CLOUDOPS_ARCHIVE_CLASSES", null).moved(folder.resolve("to a new place"));
        try (var archives = Files.list(product.folder.resolve("configuration"))) {
            assertThat(archives).anyMatch(file -> file.toString().endsWith(".jsa"));
        }
        done(install(product, signed));
        assertThat(bundles(product)).contains(ID);
        assertThat(made.folder).doesNotExist();
    }

    @Test
    void takesSourcesForNothingThatRuns() throws Exception {
        var product = product();
        done(product.run("plugins", "install", "cloudops.trial.echo.source", "--from", PluginJar.sources(folder).signed(ours).file().toString()));
        assertThat(bundles(product)).doesNotContain(ID);
        done(product.run("plugins", "remove", "cloudops.trial.echo.source"));
    }

    @Test
    void saysWhatIsWrongWithASite() throws Exception {
        var product = product();
        int closed;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        failed(product.run("plugins", "install", "echo", "--from", "http://127.0.0.1:" + closed + "/"), "cannot be reached", "check the address");
        failed(product.run("plugins", "install", "echo", "--from", folder.resolve("none").toString()), "the folder does not exist", "check the address");
        failed(product.run("plugins", "install", "echo", "--from", Files.createDirectories(folder.resolve("it's \"empty\" $(ls)")).toString()),
                "is no site of plug-ins", "content.jar");
        failed(product.run("plugins", "install", "echo"), "no site of plug-ins is known", "settings.json");
        failed(product.run("plugins", "remove", "echo"), "no plug-in \"echo\" is installed", "cloudops plugins list");
        assertThat(product.run("plugins", "install", "echo", "--from", "http://[").exit()).isEqualTo(2);
    }

    @Test
    void changesNothingReadOnly() throws Exception {
        var product = product();
        refused(product, install(product, signed, "--read-only"), "read-only");
        done(install(product, signed));
        var kept = product.run("plugins", "remove", "echo", "--read-only");
        assertThat(kept.exit()).isEqualTo(4);
        assertThat(bundles(product)).contains(ID);
    }

    @Test
    void waitsForNobodyWhoChangesTheProduct() throws Exception {
        var product = product();
        try (var lock = FileChannel.open(product.folder.resolve("p2/plug-ins.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock();
            failed(install(product, signed), "another process changes the plug-ins", "again when that is done");
        }
    }

    @Test
    void saysThatTheProductMayNotBeWritten() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv runs a command as another user");
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can become another user");
        var product = product();
        for (Path each = folder; Files.isWritable(each) && !PosixFilePermissions.toString(Files.getPosixFilePermissions(each)).endsWith("x"); each = each.getParent()) {
            var open = Files.getPosixFilePermissions(each);
            open.addAll(PosixFilePermissions.fromString("---r-xr-x"));
            Files.setPosixFilePermissions(each, open);
        }
        Files.setPosixFilePermissions(product.userHome, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(product.temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
        product.with("JAVA_TOOL_OPTIONS", "-Duser.home=" + product.userHome); // where the framework writes then
        var run = Product.await(product.launch(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/bin/sh",
                product.folder.resolve("cloudops").toString(), "plugins", "install", "echo", "--from", signed.file().toString())));
        failed(run, "cannot be written", "run it as the user who owns that folder");
    }

    @Test
    void leavesNothingBehindHoweverOftenInOneProcess() throws Exception {
        int rounds = Boolean.getBoolean("cloudops.test.long") ? 100 : 15;
        var product = product();
        var trial = PluginJar.trial(folder);
        done(product.run("plugins", "install", trial.id(), "--from", trial.file().toString(), "--allow-unsigned"));
        Path launcher;
        try (var plugins = Files.list(product.folder.resolve("plugins"))) {
            launcher = plugins.filter(file -> file.getFileName().toString().startsWith("org.eclipse.equinox.launcher_")).findFirst().orElseThrow();
        }
        var command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "--enable-native-access=ALL-UNNAMED", "-Xmx512m",
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + product.temporary, "-Djava.util.logging.config.file=" + product.folder.resolve("logging.properties"),
                "-Dtrial.home=" + product.userHome.resolve("home"), "-Dtrial.site=" + signed.file(), "-Dtrial.rounds=" + rounds, "-jar",
                launcher.toString(), "-application", "cloudops.trial.application", "-nosplash", "-consoleLog", "-data", "@none"));
        var run = Product.await(product.launch(command), rounds * 20);
        assertThat(run.out() + run.err()).contains("rounds " + rounds);
        assertThat(run.exit()).isZero();
        assertThat(product.temporary).isEmptyDirectory();
    }

    private static Product product() throws Exception {
        var product = Product.copy(folder.resolve("product-" + PRODUCTS.incrementAndGet()));
        Files.writeString(product.folder.resolve("plug-in-certificate.pem"), ours.pem());
        return product.with("CLOUDOPS_HOME", product.userHome.resolve("home").toString()).with("CLOUDOPS_PASSPHRASE", "correct horse");
    }

    private static Run install(Product product, PluginJar plugin, String... options) throws Exception {
        var arguments = new ArrayList<>(List.of("plugins", "install", "echo", "--from", plugin.file().toString()));
        arguments.addAll(List.of(options));
        if (options.length == 0) {
            arguments.add("--json");
        }
        return product.run(arguments.toArray(String[]::new));
    }

    private static Run done(Run run) {
        assertThat(run.exit()).as(run.err() + run.out()).isZero();
        return run;
    }

    private static void failed(Run run, String... said) {
        assertThat(run.exit()).as(run.err()).isEqualTo(1);
        assertThat(run.err()).contains("cloudops: ", "  try: ").contains(said).doesNotContain("Exception");
    }

    /** Refused with this reason, and the product is as it was. */
    private static void refused(Product product, Run run, String... said) throws Exception {
        assertThat(run.exit()).as(run.err()).isEqualTo(4);
        assertThat(run.err()).contains(said).doesNotContain("Exception");
        assertThat(files(product)).noneMatch(file -> file.contains(ID));
        assertThat(bundles(product)).doesNotContain(ID);
    }

    /** What the product consists of from its next start on. */
    private static String bundles(Product product) throws Exception {
        return Files.readString(product.folder.resolve("configuration/org.eclipse.equinox.simpleconfigurator/bundles.info"));
    }

    private static List<String> files(Product product) throws Exception {
        try (var files = Files.list(product.folder.resolve("plugins"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
