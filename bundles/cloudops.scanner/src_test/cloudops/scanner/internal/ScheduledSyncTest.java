package cloudops.scanner.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Annotation;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import cloudops.aws.AwsCaller.Transport;
import cloudops.model.Environment;
import cloudops.scanner.EstateScanner.ScanProgress;
import cloudops.scanner.EstateSync.Cause;
import cloudops.scanner.EstateSync.SyncListener;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.SyncRequest;

@Timeout(60)
class ScheduledSyncTest {

    private static final SyncRequest REQUEST = new SyncRequest(List.of("production"), List.of("us-east-1"), List.of(), false, Transport.AUTO);

    private record Config(String full, String incremental, String[] profiles, String queue, String queue__profile, String queue__region)
            implements SyncSettings.Config {

        @Override
        public Class<? extends Annotation> annotationType() {
            return SyncSettings.Config.class;
        }
    }

    @TempDir
    Path home;

    private final ScriptedScans scans = new ScriptedScans();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    private final SyncListener listener = new SyncListener() {
        @Override
        public void progress(ScanProgress progress) {
        }

        @Override
        public void begins(Cause cause, ScanRequest scan) {
            heard.add(cause.name());
        }

        @Override
        public void problem(String message) {
            heard.add(message);
        }
    };

    private ScheduledSync sync() {
        return new ScheduledSync(new Environment(home, home.resolve("config"), home.resolve("credentials"), Optional.empty(), false, false), scans,
                new TestAws(), null);
    }

    @Test
    void aSecondSyncOfAHomeWaitsForTheFirstAndSaysSo() throws Exception {
        var first = running(sync());
        assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("FULL");

        var second = running(sync());
        assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("another sync of this home is under way in this process; this one begins when it ends");
        first.interrupt();
        first.join();
        assertThat(scans.requests).hasSize(1);

        second.interrupt();
        second.join();
        assertThat(heard).as("the second goes on with the times of the first").isEmpty();
        new ScanLock(home, "sync.lock").hold(heard::add).close();
        assertThat(heard).as("nobody holds it any longer").isEmpty();
    }

    private Thread running(ScheduledSync sync) {
        return Thread.ofVirtual().start(() -> {
            try {
                sync.run(REQUEST, listener);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Test
    void settingsThatMakeNoSenseAreSaidAndNotReplacedByOthers() {
        var sync = sync();
        sync.settings = new SyncSettings(new Config("six hours", "15m", new String[] { "production" }, "", "", ""));

        assertThatThrownBy(() -> sync.run(REQUEST, listener)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("section sync of settings.json: full 'six hours' is no span of time; try: 15m, 6h");
        assertThat(scans.requests).isEmpty();
    }

    @Test
    void aSyncOfNoProfileSaysHowToNameOne() {
        var nobody = new SyncRequest(List.of(), List.of(), List.of(), false, Transport.AUTO);

        assertThatThrownBy(() -> sync().run(nobody, listener)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("sync.profiles")
                .hasMessageEndingWith("; try: cloudops sync --profile NAME");
    }
}
