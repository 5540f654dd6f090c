package cloudops.storage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full for the operating system, too. */
@EnabledOnOs(OS.LINUX)
class RealDiskFullTest {

    private static final long SEED = Long.getLong("cloudops.test.seed", System.nanoTime() & 0xffff_ffffL);

    @TempDir(factory = InMemory.class)
    Path folder;

    /** In a name space of the process's own, where it may mount what it likes; many containers do not allow that, and the next test runs anywhere. */
    @Test
    void aDiskOfEightMegabytes() throws Exception {
        var disk = Files.createDirectory(folder.resolve("disk"));
        var mount = "mount -t tmpfs -o size=8m none '" + disk + "'";
        if (run(List.of("unshare", "-rm", "sh", "-c", mount)).exit != 0) {
            System.out.println("Real disk full: no disk may be mounted here; limited files only");
            return;
        }
        var home = disk.resolve("home");
        var ballast = disk.resolve("ballast");
        var filled = run(List.of("unshare", "-rm", "sh", "-c", mount + " && head -c 3000000 /dev/zero >'" + ballast + "' && " + java(home, ballast)
                + " && " + java(home)));
        assertThat(filled.exit).as(filled.text).isZero();
        assertRefused(filled, "No space left on device", disk);
        assertThat(filled.lines()).contains("works again").noneMatch(line -> line.startsWith("not full"));
        assertNothingLost(filled.lines());
        System.out.println("Real disk full: seed " + SEED + ", ENOSPC: " + filled.lines().stream().filter(line -> line.startsWith("there")).toList());
    }

    /** No file may be longer than 300 KiB: an error of the same kind. */
    @Test
    void filesThatMayNotGrow() throws Exception {
        var home = folder.resolve("home");
        var filled = run(List.of("bash", "-c", "ulimit -f 300; exec " + java(home, folder.resolve("none"))));
        assertThat(filled.exit).as(filled.text).isZero();
        assertRefused(filled, "File too large", home);
        var after = run(List.of("bash", "-c", "exec " + java(home)));
        assertThat(after.exit).as(after.text).isZero();
        var lines = new ArrayList<>(filled.lines());
        lines.addAll(after.lines());
        assertNothingLost(lines);
        System.out.println("Real disk full: seed " + SEED + ", EFBIG: " + lines.stream().filter(line -> line.startsWith("there")).toList());
    }

    /** Not even a key file fits. */
    @Test
    void aNewHomeWhereNothingFits() throws Exception {
        var home = folder.resolve("home");
        var none = run(List.of("bash", "-c", "(ulimit -f 0; exec " + java(home) + ") 2>&1 | cat; exit ${PIPESTATUS[0]}"));
        assertThat(none.exit).as(none.text).isNotZero();
        assertThat(none.text).contains("StorageException", "File too large", home.toString(), "make room on the disk of " + home);
        var after = run(List.of("bash", "-c", "exec " + java(home)));
        assertThat(after.exit).as(after.text).isZero();
        assertThat(after.lines()).contains("there 0 0 0", "there " + Ledger.GROUP + " 1 0");
    }

    private static void assertRefused(Run run, String reason, Path where) {
        var refused = run.lines().stream().filter(line -> line.startsWith("refused ")).toList();
        assertThat(refused).as(run.text).isNotEmpty().allSatisfy(line -> assertThat(line).contains(" IO ", reason, where.toString(),
                "try: make room on the disk of " + where, "MB are free"));
    }

    /** The one process left what the next one found, and that wrote on. */
    private static void assertNothingLost(List<String> lines) {
        var there = lines.stream().filter(line -> line.startsWith("there ")).toList();
        assertThat(there).hasSize(3);
        assertThat(there.get(1)).isEqualTo(there.get(0)).endsWith(" 0").startsWith("there " + Filler.GROUPS * Ledger.GROUP + " ");
        assertThat(there.get(2)).endsWith(" 0").isNotEqualTo(there.get(1));
    }

    private static String java(Path... arguments) {
        var command = new StringBuilder("'" + Path.of(System.getProperty("java.home"), "bin", "java") + "' -Xmx256m -XX:+UseSerialGC -XX:-UsePerfData"
                + " -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -cp '"
                + System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")) + "' " + Filler.class.getName());
        for (var argument : arguments) {
            command.append(" '").append(argument).append("'");
        }
        return command + (arguments.length > 1 ? " " + SEED : "");
    }

    private record Run(int exit, String text) {
        List<String> lines() {
            return text.lines().toList();
        }
    }

    private Run run(List<String> command) throws IOException, InterruptedException {
        var out = folder.resolve("out");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("LC_ALL", "C");
        var process = builder.start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return new Run(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
    }
}
