package cloudops.backup.internal;

import static cloudops.backup.internal.TestHome.all;
import static cloudops.backup.internal.TestHome.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

import cloudops.aws.AwsException;
import cloudops.backup.Backup;
import cloudops.backup.BackupException;
import cloudops.backup.BackupException.Problem;
import cloudops.backup.BackupManager.Outcome;
import cloudops.backup.S3Location;

class S3BackupsTest {

    private static S3Server server;

    @TempDir
    Path folder;

    private TestHome home;
    private S3Location location;

    @BeforeAll
    static void startServer() throws Exception {
        server = new S3Server();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void open(TestInfo test) throws Exception {
        var bucket = "backups-" + Integer.toHexString(test.getDisplayName().hashCode());
        assertThat(server.send("PUT", "/" + bucket, new byte[0])).isEqualTo(200);
        location = S3Location.parse("s3://" + bucket + "/team a/home", "backup", null);
        home = open("home");
        home.write("before", 40);
    }

    private TestHome open(String name) throws Exception {
        var opened = new TestHome(folder.resolve(name), false, server.endpoint());
        opened.profile("backup");
        return opened;
    }

    @AfterEach
    void close() throws Exception {
        server.cut = request -> false;
        server.deny = request -> false;
        server.keep = request -> false;
        server.passed.clear();
        home.close();
    }

    @Test
    void anotherMachineRestoresFromS3() throws Exception {
        var backup = home.backups(Clock.systemUTC(), 20_000).create();
        var uploaded = home.backups().upload(backup.id(), location);
        assertThat(uploaded.location()).startsWith("s3://" + location.bucket() + "/team a/home/");
        try (var other = open("other")) {
            assertThat(other.backups().list(location)).containsExactly(uploaded);
            other.backups().download(backup.id(), location);
            other.backups().restore(backup.id());
            assertThat(other.contents()).isEqualTo(all("before", 40));
        }
    }

    @Test
    void whatIsThereIsNotUploadedAgain() throws Exception {
        var backup = home.backups(Clock.systemUTC(), 20_000).create();
        home.backups().upload(backup.id(), location);
        server.passed.clear();
        home.backups().upload(backup.id(), location);
        assertThat(server.passed).noneMatch(request -> request.startsWith("PUT"));
    }

    @Test
    void anUploadInPartsGoesOnWhereItBrokeOff() throws Exception {
        // 11,000 vectors are 17 MB: three parts
        home.write("large", 11_000);
        var backup = home.backups(Clock.systemUTC(), 64 << 20).create();
        var parts = new AtomicInteger();
        server.cut = request -> request.contains("partNumber=") && parts.incrementAndGet() > 2;
        assertThat(failure(() -> home.backups().upload(backup.id(), location)))
                .returns(Problem.INTERRUPTED, BackupException::problem).satisfies(e -> assertThat(e.remedy()).contains("run it again"));
        assertThat(home.backups().list(location)).as("a backup that is not whole is none").isEmpty();
        server.cut = request -> false;
        server.passed.clear();

        home.backups().upload(backup.id(), location);

        assertThat(server.passed.stream().filter(request -> request.contains("partNumber=1&") || request.contains("partNumber=2&"))
                .filter(request -> request.contains("aws_estate"))).as("parts sent again").isEmpty();
        assertThat(server.passed).anyMatch(request -> request.contains("partNumber=3"));
        try (var other = open("other")) {
            other.backups().download(backup.id(), location);
            other.backups().restore(backup.id());
            assertThat(other.contents()).isEqualTo(all("large", 11_000));
        }
    }

    @Test
    void aDownloadGoesOnWhereItBrokeOff() throws Exception {
        var backup = home.backups(Clock.systemUTC(), 20_000).create();
        home.backups().upload(backup.id(), location);
        try (var other = open("other")) {
            var files = new AtomicInteger();
            server.cut = request -> request.startsWith("GET") && request.contains("/000") && files.incrementAndGet() > 2;
            assertThat(failure(() -> other.backups().download(backup.id(), location)).problem()).isEqualTo(Problem.INTERRUPTED);
            assertThat(other.backups().list()).isEmpty();
            server.cut = request -> false;
            server.passed.clear();
            other.backups().download(backup.id(), location);
            assertThat(server.passed).noneMatch(request -> request.contains("aws_estate/000001") || request.contains("aws_estate/000002"));
            other.backups().verify(backup.id());
        }
    }

    @Test
    void failuresOfS3AreTyped() throws Exception {
        var backup = home.backups().create();
        var gone = S3Location.parse("s3://no-such-bucket-here", "backup", null);
        assertThat(failure(() -> home.backups().upload(backup.id(), gone))).returns(Problem.NO_BUCKET, BackupException::problem)
                .hasMessageContaining("no-such-bucket-here");
        assertThat(failure(() -> home.backups().list(gone)).problem()).isEqualTo(Problem.NO_BUCKET);
        var nobody = new S3Location(location.bucket(), "", "nobody", null);
        assertThat(failure(() -> home.backups().list(nobody))).returns(Problem.AWS, BackupException::problem).hasMessageContaining("nobody");
        assertThat(failure(() -> home.backups().download("20261121T160409Z-00000000", location)).problem()).isEqualTo(Problem.NOT_FOUND);
        for (var refused : List.of("GET", "PUT")) {
            server.deny = request -> request.startsWith(refused);
            assertThat(failure(() -> home.backups().upload(backup.id(), location))).returns(Problem.ACCESS_DENIED, BackupException::problem)
                    .hasMessageContaining("profile 'backup'");
        }
        server.deny = request -> false;
        server.cut = request -> true;
        assertThat(failure(() -> home.backups().list(location)).problem()).isEqualTo(Problem.INTERRUPTED);
    }

    @Test
    void anObjectChangedInS3IsFoundAndNothingArrives() throws Exception {
        var backup = home.backups().create();
        var uploaded = home.backups().upload(backup.id(), location);
        var bucket = new S3Bucket(home.clients(), location);
        var key = uploaded.location().substring(("s3://" + location.bucket() + "/").length()) + "aws_estate/000001";
        var body = bucket.get(key);
        body[body.length / 2] ^= 1;
        bucket.put(key, body, true);
        try (var other = open("other")) {
            assertThat(failure(() -> other.backups().download(backup.id(), location))).returns(Problem.DAMAGED, BackupException::problem)
                    .satisfies(e -> assertThat(e.findings()).containsExactly("aws_estate/000001: changed"));
            assertThat(other.backups().list()).isEmpty();
        }
    }

    @Test
    void aDamagedBackupIsNotUploaded() throws Exception {
        var backup = home.backups().create();
        Files.write(home.home.resolve("backups").resolve(backup.id()).resolve("aws_estate/000001"), new byte[100]);
        server.passed.clear();
        assertThat(failure(() -> home.backups().upload(backup.id(), location)).problem()).isEqualTo(Problem.DAMAGED);
        assertThat(server.passed).isEmpty();
    }

    @Test
    void theOldAreDeletedFromS3ButNotThoseOfOtherHomes() throws Exception {
        var now = Instant.now();
        var old = home.backups(at(now.minus(Duration.ofDays(40))), 1 << 20).create();
        home.backups(at(now.minus(Duration.ofDays(40))), 1 << 20).upload(old.id(), location);
        try (var other = open("other")) {
            other.write("other", 4);
            var others = other.backups(at(now.minus(Duration.ofDays(50))), 1 << 20).create();
            other.backups(at(now.minus(Duration.ofDays(50))), 1 << 20).upload(others.id(), location);
            var today = home.backups().create();
            home.backups().upload(today.id(), location);
            assertThat(home.backups().list(location)).extracting(Backup::id).containsExactly(today.id(), others.id());
        }
    }

    @Test
    void aScheduledCopyThatFailsIsTriedAgainBeforeAnotherBackupIsMade() throws Exception {
        var outcomes = new LinkedBlockingQueue<Outcome>();
        server.cut = request -> request.startsWith("PUT");
        try (var schedule = home.backups().schedule(Duration.ofSeconds(60), Duration.ZERO, Optional.of(location), outcomes::add)) {
            assertThat(schedule).isNotNull();
            assertThat(outcomes.poll(60, TimeUnit.SECONDS).failure().problem()).isEqualTo(Problem.INTERRUPTED);
            server.cut = request -> false;
            var copied = outcomes.poll(60, TimeUnit.SECONDS).backup();
            assertThat(copied.location()).startsWith("s3://");
            assertThat(home.backups().list()).hasSize(1);
            assertThat(home.backups().list(location)).extracting(Backup::id).containsExactly(copied.id());
        }
    }

    @Test
    void aScheduleCopiesTheNewestThatSomebodyElseDidNotCopy() throws Exception {
        home.backups(at(Instant.now().plus(Duration.ofDays(3))), 1 << 20).create();
        var newest = home.backups().create();
        var outcomes = new LinkedBlockingQueue<Outcome>();
        try (var schedule = home.backups().schedule(Duration.ofDays(1), Duration.ZERO, Optional.of(location), outcomes::add)) {
            assertThat(schedule).isNotNull();
            var copied = outcomes.poll(60, TimeUnit.SECONDS).backup();
            assertThat(copied.id()).isEqualTo(newest.id());
            assertThat(home.backups().list(location)).containsExactly(copied);
            assertThat(home.backups().list()).as("none is due").hasSize(2);
        }
    }

    @Test
    void aDamagedCopyHereIsFetchedAgainAndOnlyWhatIsMissing() throws Exception {
        var backup = home.backups(Clock.systemUTC(), 20_000).create();
        home.backups().upload(backup.id(), location);
        var root = home.home.resolve("backups").resolve(backup.id());
        Files.write(root.resolve("aws_estate/000002"), new byte[10]);
        Files.delete(root.resolve("aws_estate/000003"));
        server.passed.clear();

        home.backups().download(backup.id(), location);

        assertThat(server.passed.stream().filter(request -> request.contains("/000"))).hasSize(2)
                .allMatch(request -> request.contains("aws_estate/000002") || request.contains("aws_estate/000003"));
        home.backups().restore(backup.id());
        assertThat(home.contents()).isEqualTo(all("before", 40));
        server.passed.clear();
        home.backups().download(backup.id(), location);
        assertThat(server.passed).as("what is whole is not fetched").isEmpty();
    }

    @Test
    void aDamagedCopyStaysUntilAWholeOneIsThere() throws Exception {
        var backup = home.backups(Clock.systemUTC(), 20_000).create();
        home.backups().upload(backup.id(), location);
        var root = home.home.resolve("backups").resolve(backup.id());
        Files.write(root.resolve("aws_estate/000002"), new byte[10]);
        server.cut = request -> request.contains("aws_estate/000002");

        assertThat(failure(() -> home.backups().download(backup.id(), location)).problem()).isEqualTo(Problem.INTERRUPTED);

        assertThat(home.backups().list()).containsExactly(backup);
        assertThat(root.resolve("aws_estate/000002")).hasSize(10);
        server.cut = request -> false;
        home.backups().download(backup.id(), location);
        home.backups().verify(backup.id());
        try (var files = Files.list(root.getParent())) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(backup.id(), "lock");
        }
    }

    @Test
    void theLastGoodOneInS3IsKept() throws Exception {
        var now = Instant.now();
        var good = home.backups(at(now.minus(Duration.ofDays(60))), 1 << 20).create();
        home.backups(at(now.minus(Duration.ofDays(60))), 1 << 20).upload(good.id(), location);
        home.lose();
        var lost = home.backups(at(now.minus(Duration.ofDays(45))), 1 << 20).create();
        home.backups(at(now.minus(Duration.ofDays(45))), 1 << 20).upload(lost.id(), location);
        var today = home.backups().create();
        home.backups().upload(today.id(), location);
        assertThat(home.backups().list(location)).extracting(Backup::id).containsExactly(today.id(), good.id());
    }

    private Backup uploadedAt(Instant time) throws Exception {
        var backups = home.backups(at(time), 1 << 20);
        return backups.upload(backups.create().id(), location);
    }

    private String key(Backup uploaded, String file) {
        return uploaded.location().substring(("s3://" + location.bucket() + "/").length()) + file;
    }

    @Test
    void oneThatLacksAFileIsNotTheLastGoodOne() throws Exception {
        var now = Instant.now();
        var good = uploadedAt(now.minus(Duration.ofDays(60)));
        var broken = uploadedAt(now.minus(Duration.ofDays(59)));
        var cut = uploadedAt(now.minus(Duration.ofDays(58)));
        var bucket = new S3Bucket(home.clients(), location);
        bucket.delete(List.of(key(broken, "chat_history/000001")));
        bucket.put(key(cut, "aws_estate/000001"), new byte[3], true);
        home.lose();
        var today = uploadedAt(now);
        assertThat(home.backups().list(location)).extracting(Backup::id).containsExactly(today.id(), good.id());
    }

    @Test
    void whatS3DoesNotDeleteStaysABackup() throws Exception {
        var now = Instant.now();
        var old = uploadedAt(now.minus(Duration.ofDays(60)));
        var asked = new AtomicInteger();
        server.keep = request -> asked.incrementAndGet() > 0;
        var bucket = new S3Bucket(home.clients(), location);
        assertThat(catchThrowableOfType(AwsException.class, () -> bucket.delete(List.of("kept"))).problem()).isEqualTo(AwsException.Problem.ACCESS_DENIED);
        asked.set(0);
        var before = bucket.list(key(old, "")).keySet();

        var today = uploadedAt(now);

        assertThat(asked).as("stopped at the manifest").hasValue(1);
        assertThat(bucket.list(key(old, "")).keySet()).isEqualTo(before);
        assertThat(home.backups().list(location)).extracting(Backup::id).containsExactly(today.id(), old.id());
    }

    @Test
    void whatIsLeftOfABackupIsDeletedWhenItIsTooOldAndNobodyIsAtIt() throws Exception {
        var now = Instant.now();
        var left = uploadedAt(now.minus(Duration.ofDays(31)));
        var bucket = new S3Bucket(home.clients(), location);
        bucket.delete(List.of(key(left, Manifest.FILE)));
        uploadedAt(now);
        assertThat(bucket.list(key(left, ""))).as("perhaps being uploaded").isNotEmpty();
        uploadedAt(now.plus(Duration.ofDays(8)));
        assertThat(bucket.list(key(left, ""))).isEmpty();
    }

    @Test
    void whatChangesAfterItWasVerifiedDoesNotGoUpAndNobodyElseIsAtIt() throws Exception {
        var backup = home.backups().create();
        var locked = new AtomicInteger();
        server.cut = request -> {
            try {
                Files.write(home.home.resolve("backups").resolve(backup.id()).resolve("chat_history/000001"), new byte[100]);
                new BackupFolders(home.home).hold().close();
            } catch (BackupException e) {
                locked.incrementAndGet();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            return false;
        };
        assertThat(failure(() -> home.backups().upload(backup.id(), location))).returns(Problem.DAMAGED, BackupException::problem)
                .satisfies(e -> assertThat(e.findings()).containsExactly("chat_history/000001: changed"));
        assertThat(locked).hasPositiveValue();
        server.cut = request -> false;
        assertThat(home.backups().list(location)).isEmpty();
    }

    @Test
    void addressesOfBucketsAreChecked() {
        assertThat(S3Location.parse("s3://my-bucket", "p", null).prefix()).isEmpty();
        assertThat(S3Location.parse("s3://my-bucket/a/b", "p", null).toString()).isEqualTo("s3://my-bucket/a/b/");
        for (var uri : List.of("", "s3://", "s3://B/x", "s3://a", "https://my-bucket/x", "s3://my-bucket//x", "s3://my-bucket/a//b", "s3://my-bucket/a\nb",
                "s3://my-bucket/$(x)\u0007")) {
            assertThatThrownBy(() -> S3Location.parse(uri, "p", null)).as(uri).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static BackupException failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        var failure = catchThrowableOfType(BackupException.class, call);
        assertThat(failure).as("a failure").isNotNull();
        return failure;
    }
}
