package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsCaller;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.aws.AwsProfile;
import cloudops.model.UserContext;

class FileProfilesTest {

    /** Answers GetCallerIdentity: account by profile; any other profile is refused. */
    private static final class Sts implements AwsCaller {
        final Map<String, String> accounts = new HashMap<>();
        /** Resource part of the ARN by profile; a user's where nothing else is said. */
        final Map<String, String> principals = new HashMap<>();
        final Map<String, AwsException> failures = new HashMap<>();
        final List<String> asked = new ArrayList<>();

        @Override
        public JsonNode call(AwsCall call, Transport transport) throws AwsException {
            asked.add(call.profile());
            if (failures.containsKey(call.profile())) {
                throw failures.get(call.profile());
            }
            if (!accounts.containsKey(call.profile())) {
                throw new AwsException(Problem.NO_CREDENTIALS, "InvalidClientTokenId", "refused", null);
            }
            var account = accounts.get(call.profile());
            return JsonNodeFactory.instance.objectNode().put("Account", account).put("UserId", "AIDA")
                    .put("Arn", arn(account, principals.getOrDefault(call.profile(), "user/ann")));
        }

        private static String arn(String account, String principal) {
            return "arn:aws:" + (principal.startsWith("assumed-role/") ? "sts" : "iam") + "::" + account + ":" + principal;
        }
    }

    @TempDir
    Path folder;
    private AwsFolder aws;
    private final Sts sts = new Sts();
    private final Map<String, Instant> ends = new HashMap<>();

    @BeforeEach
    void folder() {
        aws = new AwsFolder(folder);
    }

    private FileProfiles profiles() {
        return new FileProfiles(aws.environment(), sts, name -> Optional.ofNullable(ends.get(name)));
    }

    @Test
    void thereAreNoneWithoutFiles() throws Exception {
        assertThat(profiles().list()).isEmpty();
        assertThatThrownBy(() -> profiles().get("x")).hasMessageContaining("there are none");
    }

    @Test
    void readsAllForms() throws Exception {
        aws.config("""
                [default]
                region = us-east-1
                [profile admin]
                role_arn = arn:aws:iam::222222222222:role/Admin
                source_profile = default
                region = eu-west-1
                [sso-session corp]
                sso_start_url = https://corp.example/start
                sso_region = us-east-1
                [profile dev]
                sso_session = corp
                sso_account_id = 333333333333
                sso_role_name = Dev
                [profile old-sso]
                sso_start_url = https://corp.example/start
                sso_region = us-east-1
                [profile vault]
                credential_process = /usr/bin/vault aws
                [profile z+a@b.c/d:e%f_g-h]
                region = us-west-2
                [profile "with space"]
                region = us-west-2
                [profile both]
                role_arn = arn:aws:iam::222222222222:role/Admin
                aws_access_key_id = AKIA
                aws_secret_access_key = secret
                """).credentials("[default]\n" + AwsFolder.KEYS + "[only-keys]\n" + AwsFolder.KEYS);
        assertThat(profiles().list()).containsExactly(
                new AwsProfile("admin", "eu-west-1", "assume-role"),
                new AwsProfile("both", null, "assume-role"),
                new AwsProfile("default", "us-east-1", "static"),
                new AwsProfile("dev", null, "sso"),
                new AwsProfile("old-sso", null, "sso"),
                new AwsProfile("only-keys", null, "static"),
                new AwsProfile("vault", null, "process"),
                new AwsProfile("z+a@b.c/d:e%f_g-h", "us-west-2", "none"));
        assertThat(profiles().get("dev").kind()).isEqualTo("sso");
    }

    @Test
    void readsTheFilesAnew() throws Exception {
        aws.credentials("[a]\n" + AwsFolder.KEYS);
        var profiles = profiles();
        assertThat(profiles.list()).extracting(AwsProfile::name).containsExactly("a");
        aws.credentials("[a]\n" + AwsFolder.KEYS + "[b]\n" + AwsFolder.KEYS);
        assertThat(profiles.list()).extracting(AwsProfile::name).containsExactly("a", "b");
    }

    @Test
    void namesTheProfilesThatThereAre() {
        aws.credentials("[prod]\n" + AwsFolder.KEYS + "[dev]\n" + AwsFolder.KEYS);
        assertThatThrownBy(() -> profiles().get("prdo")).isInstanceOfSatisfying(AwsException.class, e -> {
            assertThat(e.problem()).isEqualTo(Problem.UNKNOWN_PROFILE);
            assertThat(e).hasMessageContaining("no profile 'prdo' in").hasMessageContaining("there are: dev, prod; try: ")
                    .hasMessageContaining(folder.resolve("credentials").toString());
        });
    }

    @Test
    void namesTheBrokenFile() {
        aws.config("[default]\nregion = us-east-1\n").credentials("[default\naws_access_key_id = AKIA\n");
        assertThatThrownBy(() -> profiles().list()).isInstanceOfSatisfying(AwsException.class, e -> {
            assertThat(e.problem()).isEqualTo(Problem.PARSE);
            assertThat(e).hasMessageContaining(folder.resolve("credentials").toString());
        });
    }

    @Test
    void remembersWhoAProfileIs() throws Exception {
        aws.credentials("[a]\n" + AwsFolder.KEYS + "[b]\n" + AwsFolder.KEYS + "region = eu-west-1\n");
        sts.accounts.putAll(Map.of("a", "111111111111", "b", "222222222222"));
        var profiles = profiles();
        assertThat(profiles.identity("b").principalArn()).isEqualTo("arn:aws:iam::222222222222:user/ann");
        assertThat(profiles.profileOf("222222222222")).isEqualTo("b");
        assertThat(sts.asked).containsExactly("b");
    }

    @Test
    void looksForTheProfileOfAnAccountAmongThoseNotYetAsked() {
        aws.credentials("[a]\n" + AwsFolder.KEYS + "[b]\n" + AwsFolder.KEYS + "region = us-east-1\n[c]\n" + AwsFolder.KEYS + "region = us-east-2\n");
        sts.accounts.putAll(Map.of("b", "222222222222", "c", "333333333333"));
        var profiles = profiles();
        assertThat(profiles.profileOf("333333333333")).isEqualTo("c");
        assertThat(sts.asked).containsExactly("a", "b", "c");
        assertThat(profiles.profileOf("222222222222")).isEqualTo("b");
        assertThat(sts.asked).hasSize(3);
        assertThat(profiles.profileOf("444444444444")).isNull();
    }

    @Test
    void forgetsWhoAProfileWasWhenItsKeysChange() throws Exception {
        aws.credentials("[a]\n" + AwsFolder.KEYS);
        sts.accounts.put("a", "111111111111");
        var profiles = profiles();
        profiles.identity("a");
        aws.credentials("[a]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = other\n");
        sts.accounts.put("a", "222222222222");
        assertThat(profiles.profileOf("111111111111")).isNull();
        assertThat(profiles.profileOf("222222222222")).isEqualTo("a");
    }

    private static final String ACCOUNT = "111111111111";

    /** Profiles of one account, each of another principal. */
    private FileProfiles profiles(Map<String, String> principals) {
        var text = new StringBuilder();
        principals.forEach((name, principal) -> {
            text.append("[" + name + "]\n" + AwsFolder.KEYS + "region = " + name + "\n");
            sts.accounts.put(name, ACCOUNT);
            sts.principals.put(name, principal);
        });
        aws.credentials(text.toString());
        return profiles();
    }

    private static UserContext user(String name) {
        return new UserContext(name, null, null);
    }

    private static UserContext role(String name) {
        return new UserContext("botocore-session-1", "arn:aws:iam::" + ACCOUNT + ":role/" + name, null);
    }

    @Test
    void takesTheProfileOfTheUserAndNotTheFirstOfTheAccount() throws Exception {
        var profiles = profiles(Map.of("admin-breakglass", "user/admin", "dev", "user/team/dev", "owner", "root"));
        profiles.identity("admin-breakglass");
        assertThat(profiles.profileOf(ACCOUNT, user("dev"))).isEqualTo("dev");
        assertThat(profiles.profileOf(ACCOUNT, user("admin"))).isEqualTo("admin-breakglass");
        assertThat(profiles.profileOf(ACCOUNT, user("root"))).isEqualTo("owner");
    }

    @Test
    void takesTheProfileOfTheRoleWhateverItsSessionIsCalled() throws Exception {
        var profiles = profiles(Map.of("admin", "assumed-role/Admin/ann", "dev", "assumed-role/Dev/botocore-session-2", "ann", "user/ann"));
        assertThat(profiles.profileOf(ACCOUNT, role("Dev"))).isEqualTo("dev");
        assertThat(profiles.profileOf(ACCOUNT, role("Admin"))).isEqualTo("admin");
        assertThat(profiles.profileOf(ACCOUNT, user("ann"))).as("no session of that name").isEqualTo("ann");
    }

    @Test
    void takesTheOnlyProfileOfTheAccountForAnybody() throws Exception {
        var profiles = profiles(Map.of("dev", "user/dev"));
        assertThat(profiles.profileOf(ACCOUNT, user("who-left"))).isEqualTo("dev");
        assertThat(profiles.profileOf(ACCOUNT, null)).isEqualTo("dev");
    }

    @Test
    void doesNotChooseAmongProfilesOfOthers() {
        var profiles = profiles(Map.of("dev", "user/dev", "admin", "user/admin"));
        assertThatThrownBy(() -> profiles.profileOf(ACCOUNT, role("Dev"))).isInstanceOfSatisfying(AwsException.class,
                e -> assertThat(e.problem()).isEqualTo(Problem.NO_CREDENTIALS))
                .hasMessageContaining("admin, dev").hasMessageContaining("arn:aws:iam::111111111111:role/Dev");
        assertThatThrownBy(() -> profiles.profileOf(ACCOUNT, null)).hasMessageContaining("admin, dev").hasMessageContaining("not known");
    }

    @Test
    void saysWhyTheProfileOfTheUserCouldNotBeAsked() {
        var profiles = profiles(Map.of("admin", "user/admin", "broken", "user/x", "dev", "user/dev", "none", "user/x"));
        sts.failures.put("dev", new AwsException(Problem.EXPIRED_TOKEN, "ExpiredToken", "profile dev: the SSO session has expired", null));
        sts.failures.put("broken", new AwsException(Problem.NETWORK, "NETWORK", "no route", null));
        sts.failures.put("none", new AwsException(Problem.NO_CREDENTIALS, "NO_CREDENTIALS", "no keys", null));
        for (var account : List.of(ACCOUNT, "222222222222")) {
            assertThatThrownBy(() -> profiles.profileOf(account, user("dev"))).isInstanceOfSatisfying(AwsException.class,
                    e -> assertThat(e.problem()).isEqualTo(Problem.EXPIRED_TOKEN))
                    .hasMessageContaining(account).hasMessageContaining("the SSO session has expired");
        }
    }

    @Test
    void doesNotTakeAnyAnswerForAnIdentity() {
        aws.credentials("[a]\n" + AwsFolder.KEYS);
        sts.accounts.put("a", "<html>");
        assertThatThrownBy(() -> profiles().identity("a")).isInstanceOfSatisfying(AwsException.class,
                e -> assertThat(e.problem()).isEqualTo(Problem.PARSE));
    }

    @Test
    void theIdentitySaysWhenItsCredentialsEnd() throws Exception {
        aws.credentials("[a]\n" + AwsFolder.KEYS + "[b]\n" + AwsFolder.KEYS);
        sts.accounts.putAll(Map.of("a", "111111111111", "b", "222222222222"));
        ends.put("a", Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(profiles().identity("a").expires()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(profiles().identity("b").expires()).isNull();
    }

    @Test
    void endpointsOfServicesCountMoreThanTheProfiles() throws Exception {
        aws.config("""
                [profile a]
                endpoint_url = http://127.0.0.1:1
                services = local
                [profile b]
                endpoint_url = http://127.0.0.1:1
                services = local
                ignore_configured_endpoint_urls = true
                [services local]
                s3 =
                  endpoint_url = http://127.0.0.1:2
                elastic_load_balancing_v2 =
                  endpoint_url = http://127.0.0.1:3
                """);
        var files = new AwsFiles(aws.environment());
        assertThat(files.endpoint(files.profile("a"), "s3api")).contains(URI.create("http://127.0.0.1:2"));
        assertThat(files.endpoint(files.profile("a"), "elbv2")).contains(URI.create("http://127.0.0.1:3"));
        assertThat(files.endpoint(files.profile("a"), "ec2")).contains(URI.create("http://127.0.0.1:1"));
        assertThat(files.endpoint(files.profile("b"), "s3api")).isEmpty();
    }
}
