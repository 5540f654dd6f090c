package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.aws.AccessKey;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.aws.AwsProfile;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

class KeychainKeysTest {

    private static final String ID = "AKIAIOSFODNN7EXAMPLE", SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    @TempDir
    Path folder;

    private final MemoryVault vault = new MemoryVault();
    private AwsFolder aws;
    private KeychainKeys keys;

    @BeforeEach
    void open() {
        aws = new AwsFolder(folder).config("[profile filed]\nregion = eu-west-1\n");
        keys = anotherProcess();
    }

    private KeychainKeys anotherProcess() {
        return new KeychainKeys(aws.environment(), vault);
    }

    private static AccessKey key(String secret) {
        return new AccessKey(ID, secret.toCharArray(), null);
    }

    private Path list() {
        return folder.resolve("home/aws/key-pairs.json");
    }

    @Test
    void aKeyPairIsAProfileLikeOthers() throws Exception {
        keys.add("by-hand", "eu-north-1", key(SECRET), false);
        assertThat(anotherProcess().list()).containsExactly(new AwsProfile("by-hand", "eu-north-1", "keychain"));
        assertThat(anotherProcess().credentials("by-hand")).isEqualTo(AwsBasicCredentials.create(ID, SECRET));
        var files = new AwsFiles(aws.environment());
        assertThat(ProfileCredentials.kind(files.profile("by-hand"))).isEqualTo("keychain");
        assertThat(Target.of(files, "rds", "by-hand", null).region()).isEqualTo("eu-north-1");
        assertThat(new ProfileCredentials(files.read(), keys, sts -> null, null, Map.of()).provider(files.profile("by-hand")).resolveCredentials())
                .isEqualTo(AwsBasicCredentials.create(ID, SECRET));
        try (var all = Files.walk(folder)) {
            for (var file : all.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(SECRET, ID);
            }
        }
    }

    @Test
    void aSessionTokenGoesWithItsKeys() throws Exception {
        keys.add("by-hand", null, new AccessKey(ID, SECRET.toCharArray(), "token//==".toCharArray()), false);
        assertThat(anotherProcess().credentials("by-hand")).isEqualTo(AwsSessionCredentials.create(ID, SECRET, "token//=="));
        assertThat(keys.variables("by-hand", keys.find("by-hand").orElseThrow())).containsOnlyKeys("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
                "AWS_SESSION_TOKEN").containsEntry("AWS_SESSION_TOKEN", "token//==");
    }

    @Test
    void whoReplacesOneLeavesNothingBehindAndInvalidatesWhatWasSettledBefore() throws Exception {
        keys.add("by-hand", null, key(SECRET), false);
        var before = keys.find("by-hand").orElseThrow();
        assertProblem(Problem.INVALID_CALL, "--replace", () -> keys.add("by-hand", null, key("another"), false));
        var other = anotherProcess();
        assertThat(other.credentials("by-hand").secretAccessKey()).isEqualTo(SECRET);
        keys.add("by-hand", "us-east-1", key("another"), true);
        assertThat(vault.entries).hasSize(1);
        assertThat(other.credentials("by-hand").secretAccessKey()).isEqualTo("another");
        assertThatThrownBy(() -> other.variables("by-hand", before)).isInstanceOf(IOException.class).hasMessageContaining("another one by now");
        assertThat(other.variables("by-hand", other.find("by-hand").orElseThrow())).containsEntry("AWS_SECRET_ACCESS_KEY", "another")
                .containsEntry("AWS_REGION", "us-east-1");
    }

    @Test
    void aRemovedOneIsGone() throws Exception {
        keys.add("by-hand", null, key(SECRET), false);
        keys.credentials("by-hand");
        keys.remove("by-hand");
        assertThat(vault.entries).isEmpty();
        assertThat(keys.list()).isEmpty();
        assertThat(keys.find("by-hand")).isEmpty();
        assertProblem(Problem.UNKNOWN_PROFILE, "was removed", () -> keys.credentials("by-hand"));
        assertProblem(Problem.UNKNOWN_PROFILE, "list-aws", () -> keys.remove("by-hand"));
    }

    @Test
    void ofTwoProcessesThatAddANameOneIsToldThatItIsThere() throws Exception {
        vault.put = () -> anotherProcess().add("by-hand", null, key("faster"), false);
        assertProblem(Problem.INVALID_CALL, "--replace", () -> keys.add("by-hand", null, key("slower"), false));
        assertThat(vault.entries).hasSize(1);
        assertThat(anotherProcess().credentials("by-hand").secretAccessKey()).isEqualTo("faster");
    }

    @Test
    void whatAnotherProcessReplacedMeanwhileIsNotRemoved() throws Exception {
        keys.add("by-hand", null, key(SECRET), false);
        vault.removing = () -> anotherProcess().add("by-hand", null, key("newer"), true);
        assertProblem(Problem.INVALID_CALL, "replaced meanwhile", () -> keys.remove("by-hand"));
        assertThat(anotherProcess().credentials("by-hand").secretAccessKey()).isEqualTo("newer");
        keys.remove("by-hand");
        assertThat(vault.entries).isEmpty();
    }

    @Test
    void aRoleThatIsTakenWithAKeyPairGoesByThatPair() throws Exception {
        aws.config("""
                [profile role]
                role_arn = arn:aws:iam::222222222222:role/r
                source_profile = middle
                [profile middle]
                role_arn = arn:aws:iam::222222222222:role/m
                source_profile = by-hand
                [profile token]
                role_arn = arn:aws:iam::222222222222:role/m
                web_identity_token_file = /token
                source_profile = by-hand
                [profile round]
                role_arn = arn:aws:iam::222222222222:role/m
                source_profile = round
                [profile plain]
                source_profile = by-hand
                """);
        assertThat(keys.find("role")).isEmpty();
        keys.add("by-hand", null, key(SECRET), false);
        var before = keys.find("by-hand");
        assertThat(before).isPresent();
        assertThat(keys.find("role")).isEqualTo(before);
        assertThat(keys.find("middle")).isEqualTo(before);
        for (var other : List.of("token", "round", "plain", "nobody")) {
            assertThat(keys.find(other)).as(other).isEmpty();
        }
        assertThatThrownBy(() -> keys.variables("role", before.orElseThrow())).isInstanceOf(IOException.class)
                .hasMessageContaining("takes its role");
        keys.add("by-hand", null, key("another"), true);
        assertThat(keys.find("role")).isPresent().isNotEqualTo(before).isEqualTo(keys.find("by-hand"));
    }

    @Test
    void aProfileInUseNeverTurnsIntoAnotherKeyPair() throws Exception {
        keys.add("by-hand", null, key(SECRET), false);
        var files = new AwsFiles(aws.environment());
        var provider = new ProfileCredentials(files.read(), keys, sts -> null, null, Map.of()).provider(files.profile("by-hand"));
        assertThat(provider.resolveCredentials().secretAccessKey()).isEqualTo(SECRET);
        keys.add("by-hand", null, key("another"), true);
        assertThatThrownBy(provider::resolveCredentials).hasMessageContaining("another one by now");
    }

    @Test
    void damagedAwsFilesAreNoConcernOfWhoHasNoKeyPairs() throws Exception {
        aws.config("[profile x\n");
        assertThat(keys.find("x")).isEmpty();
    }

    @Test
    void aNameIsEitherInAFileOrInTheKeychain() throws Exception {
        assertProblem(Problem.INVALID_CALL, "'filed' is in", () -> keys.add("filed", null, key(SECRET), true));
        assertThat(vault.entries).isEmpty();
        keys.add("by-hand", null, key(SECRET), false);
        aws.credentials("[by-hand]\n" + AwsFolder.KEYS);
        assertThatThrownBy(() -> keys.find("by-hand")).isInstanceOf(IOException.class).hasMessageContaining("'by-hand' is in");
        assertProblem(Problem.INVALID_CALL, "'by-hand' is in", () -> new AwsFiles(aws.environment()).profile("by-hand"));
        assertThat(new AwsFiles(aws.environment()).profile("filed")).isNotNull();
        keys.remove("by-hand");
        assertThat(keys.find("by-hand")).isEmpty();
    }

    @Test
    void whatCannotBeAKeyPairIsRefused() throws Exception {
        for (var name : List.of("", "default", "a b", "x]\ncredential_process = id", "\u202e", "$(id)", "a".repeat(129))) {
            assertProblem(Problem.INVALID_CALL, "", () -> keys.add(name, null, key(SECRET), false));
        }
        for (var region : List.of("", "us east", "x\ny")) {
            assertProblem(Problem.INVALID_CALL, "region", () -> keys.add("x", region, key(SECRET), false));
        }
        for (var secret : List.of("", "a b", "a\nb", "\u00e9", "x".repeat(513))) {
            assertProblem(Problem.INVALID_CALL, "secret", () -> keys.add("x", null, key(secret), false));
            assertThatThrownBy(() -> keys.add("x", null, key(secret), false)).message().doesNotContain("x".repeat(513), "a b");
        }
        assertProblem(Problem.INVALID_CALL, "ID", () -> keys.add("x", null, new AccessKey("AKIA", SECRET.toCharArray(), null), false));
        assertProblem(Problem.INVALID_CALL, "token", () -> keys.add("x", null, new AccessKey(ID, SECRET.toCharArray(), new char[0]), false));
        assertThat(vault.entries).isEmpty();
        assertThat(list()).doesNotExist();
    }

    @Test
    void aKeychainThatFailsIsAnErrorAndNothingElse() throws Exception {
        vault.problem = "the keyring is locked; try: unlock it";
        assertProblem(Problem.NO_CREDENTIALS, "unlock it", () -> keys.add("by-hand", null, key(SECRET), false));
        assertThat(list()).doesNotExist();
        vault.problem = null;
        keys.add("by-hand", null, key(SECRET), false);
        vault.problem = "the keyring is locked; try: unlock it";
        assertProblem(Problem.NO_CREDENTIALS, "unlock it", () -> keys.credentials("by-hand"));
        assertProblem(Problem.NO_CREDENTIALS, "unlock it", () -> keys.remove("by-hand"));
        assertThat(keys.list()).hasSize(1);
        vault.problem = null;
        vault.entries.replaceAll((entry, secret) -> KeyPairText.encode("another", key(SECRET)));
        assertProblem(Problem.NO_CREDENTIALS, "something else", () -> keys.credentials("by-hand"));
        vault.entries.clear();
        assertProblem(Problem.NO_CREDENTIALS, "not there any more; if it is lost: cloudops keys add-aws by-hand --replace",
                () -> keys.credentials("by-hand"));
    }

    @Test
    void aScanAsksTheKeychainOnce() throws Exception {
        keys.add("by-hand", null, key(SECRET), false);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Future<?>>();
            for (int i = 0; i < 50; i++) {
                calls.add(threads.submit(() -> keys.credentials("by-hand")));
            }
            for (var call : calls) {
                call.get();
            }
        }
        assertThat(vault.reads).hasValue(1);
    }

    @Test
    void aDamagedListIsSaidSoAndNeverWritesIntoAwsFiles() throws Exception {
        keys.add("by-hand", null, key(SECRET), false);
        var whole = Files.readString(list());
        for (var broken : List.of("", "{", "{}", whole.replace("by-hand", "x]\\ncredential_process = id"), whole.replace("\"version\" : 1", "\"version\" : 2"),
                whole.replace("\"entry\"", "\"region\" : \"x\\ny\", \"entry\""))) {
            Files.writeString(list(), broken);
            assertProblem(Problem.PARSE, "damaged", () -> anotherProcess().list());
            assertProblem(Problem.PARSE, "damaged", () -> new AwsFiles(aws.environment()).profile("filed"));
            assertThatThrownBy(() -> anotherProcess().find("by-hand")).isInstanceOf(IOException.class).hasMessageContaining("damaged");
        }
    }

    @Test
    void twoAtOnceAreBothThere() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var added = new ArrayList<Future<?>>();
            for (int i = 0; i < 20; i++) {
                var name = "key-" + i;
                added.add(threads.submit(() -> {
                    keys.add(name, null, key(SECRET), false);
                    return null;
                }));
            }
            for (var one : added) {
                one.get();
            }
        }
        assertThat(keys.list()).hasSize(20);
    }

    private interface Call {
        void run() throws Exception;
    }

    private static void assertProblem(Problem problem, String message, Call call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(AwsException.class, e -> assertThat(e.problem()).isEqualTo(problem))
                .hasMessageContaining(message);
    }
}
