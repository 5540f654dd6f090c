package cloudops.execution.internal.approval;

import static cloudops.execution.internal.EngineFixture.exec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import cloudops.execution.Command;
import cloudops.execution.Command.AwsCli;
import cloudops.execution.Command.AwsSdk;
import cloudops.execution.Command.Exec;
import cloudops.execution.Command.Interpreter;
import cloudops.execution.Command.Script;
import cloudops.execution.Command.Shell;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionRequest.Metadata;
import cloudops.execution.ExecutionStatus;
import cloudops.execution.Verdict.Decision;
import cloudops.execution.Verdict.Effect;
import cloudops.execution.internal.EngineFixture;

class RulesFileTest {

    private static final Map<String, String> HOST = Map.of("PATH", "/usr/bin:/bin");
    private static final AwsCli READ = aws("ec2", "describe-vpcs");

    @TempDir
    private Path home;

    private Path file;
    private EngineFixture fixture;

    @BeforeEach
    void open() {
        file = home.resolve("rules.yaml");
        fixture = new EngineFixture(home, HOST, Optional.empty(), false);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void withoutAFileTheTableDecides() throws Exception {
        assertThat(decision(READ)).isEqualTo(Decision.ALLOW);
        assertThat(decision(new Exec(List.of("true")))).isEqualTo(Decision.ASK);
        for (var nothing : List.of("# only a comment\n", "\n", "{}\n", "never: []\nask: []\nallow: []\n")) {
            rules(nothing);
            assertThat(decision(READ)).as(nothing).isEqualTo(Decision.ALLOW);
        }
    }

    @Test
    void neverBeatsAskBeatsAllow() throws Exception {
        rules("""
                allow:
                  - {argv: [echo, "*"]}
                """);
        assertThat(decision(new Exec(List.of("echo", "a")))).isEqualTo(Decision.ALLOW);
        rules("""
                allow:
                  - {argv: [echo, "*"]}
                ask:
                  - {program: echo}
                """);
        assertThat(decision(new Exec(List.of("echo", "a")))).isEqualTo(Decision.ASK);
        rules("""
                allow:
                  - {argv: [echo, "*"]}
                ask:
                  - {program: echo}
                never:
                  - {argv: [echo, "**"], reason: too loud}
                """);
        var verdict = fixture.engine.verdict(new Exec(List.of("echo", "a")));
        assertThat(verdict.decision()).isEqualTo(Decision.NEVER);
        assertThat(verdict.reason()).endsWith("line 6 of rules.yaml forbids it (too loud)");
    }

    @Test
    void neverBeatsConsent() throws Exception {
        rules("never: [{program: touch}, {aws: ec2 describe-*}]\n");
        var mark = home.resolve("mark");
        var request = exec("touch", mark.toString());

        forbidden(fixture.approved(request));
        for (var entry : Entry.values()) {
            assertThat(entry.refuses(fixture, fixture.approved(request))).as(entry.name()).isTrue();
            assertThat(entry.refuses(fixture, ExecutionRequest.of(READ))).as(entry.name()).isTrue();
        }
        assertThatThrownBy(() -> fixture.engine.executeWithApproval(request, (shown, verdict) -> Optional.of("tester")))
                .isInstanceOfSatisfying(ExecutionException.class, e -> assertThat(e.problem()).isEqualTo(Problem.FORBIDDEN));
        assertThat(mark).doesNotExist();
    }

    @Test
    void aRuleThatComesWhileThePersonThinksCounts() throws Exception {
        var mark = home.resolve("mark");
        var id = fixture.engine.executeWithApproval(exec("touch", mark.toString()), (shown, verdict) -> {
            try {
                rules("never: [{program: touch}]\n");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return Optional.of("tester");
        });
        var result = fixture.end(id);
        assertThat(result.status()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(result.error()).contains("line 1 of rules.yaml forbids it");
        assertThat(mark).doesNotExist();
    }

    @Test
    void seesCallsOfAwsInWhateverFormTheyCome() throws Exception {
        rules("never: [{aws: iam delete-*}]\n");
        for (var command : List.of(aws("iam", "delete-user"), aws("iam", "delete-user", "--profile", "x"),
                new AwsSdk("iam", "delete-role", null, null, null), new Exec(List.of("aws", "iam", "delete-user")),
                new Exec(List.of("/usr/local/bin/aws", "--region", "eu-west-1", "iam", "--debug", "delete-user")),
                new Exec(List.of("env", "A=1", "aws", "iam", "delete-user")), new Exec(List.of("python3", "-m", "awscli", "iam", "delete-user")))) {
            assertThat(decision(command)).as(command.toString()).isEqualTo(Decision.NEVER);
        }
        for (var command : List.of(aws("iam", "create-user"), aws("ec2", "delete-vpc"), new Exec(List.of("echo", "iam", "delete-user")),
                new Exec(List.of("aws", "delete-user", "iam")))) {
            assertThat(decision(command)).as(command.toString()).isNotEqualTo(Decision.NEVER);
        }
    }

    @Test
    void seesProgramsByWhateverName() throws Exception {
        var link = Files.createSymbolicLink(home.resolve("harmless"), Path.of("/bin/touch").toRealPath());
        rules("never: [{program: touch}, {program: bash}, {program: /usr/bin/id}]\n");
        for (var command : List.of(new Exec(List.of("touch")), new Exec(List.of("/bin/touch")), new Exec(List.of("/bin/../bin/touch")),
                new Exec(List.of(link.toString(), "x")), new Exec(List.of("id")), new Script(Interpreter.BASH, home.resolve("x"), List.of()))) {
            assertThat(decision(command)).as(command.toString()).isEqualTo(Decision.NEVER);
        }
        assertThat(decision(new Exec(List.of("touch-up")))).isEqualTo(Decision.ASK);
        assertThat(decision(new Script(Interpreter.PYTHON, home.resolve("x"), List.of()))).isEqualTo(Decision.ASK);
    }

    @Test
    void forbidsWholeKinds() throws Exception {
        rules("never: [{kind: shell}, {kind: script}]\n");
        assertThat(decision(new Shell("true"))).isEqualTo(Decision.NEVER);
        assertThat(decision(new Script(Interpreter.SH, home.resolve("x"), List.of()))).isEqualTo(Decision.NEVER);
        assertThat(decision(new Exec(List.of("sh", "-c", "true")))).isEqualTo(Decision.ASK);
    }

    @Test
    void allowsNoWildcardForWhatALinkHides() throws Exception {
        var link = home.resolve("innocent");
        Files.createSymbolicLink(link, Path.of("/usr/bin/du"));
        rules("allow: [{argv: [" + link + ", '*']}]\n");
        assertThat(decision(new Exec(List.of(link.toString(), "x")))).isEqualTo(Decision.ALLOW);
        Files.delete(link); // and another takes its place, after the rules were read
        Files.createSymbolicLink(link, Path.of("/usr/bin/env"));
        assertThat(decision(new Exec(List.of(link.toString(), "x")))).isEqualTo(Decision.ASK);
        rules("allow: [{argv: [" + link + ", '**']}]\n");
        assertThat(fixture.engine.verdict(new Exec(List.of(link.toString(), "x"))).reason()).contains("runs what its arguments say");
    }

    @Test
    void whatIsNotKnownIsForbiddenButNotAllowed() throws Exception {
        rules("""
                never:
                  - {aws: "* delete-*", account: "123456789012"}
                  - {aws: "* stop-*", region: us-*}
                  - {aws: "* reboot-*", profile: prod}
                """);
        assertThat(decision(of(aws("ec2", "delete-vpc"), "123456789012"))).isEqualTo(Decision.NEVER);
        assertThat(decision(of(aws("ec2", "delete-vpc"), "210987654321"))).isEqualTo(Decision.ASK);
        assertThat(fixture.engine.verdict(aws("ec2", "delete-vpc"))).satisfies(verdict -> {
            assertThat(verdict.decision()).isEqualTo(Decision.NEVER);
            assertThat(verdict.reason()).endsWith("does not say for which account it is; try: name the account");
        });
        assertThat(decision(new AwsCli("ec2", "stop-instances", List.of(), null, "eu-west-1"))).isEqualTo(Decision.ASK);
        assertThat(decision(new AwsCli("ec2", "stop-instances", List.of(), null, "us-east-1"))).isEqualTo(Decision.NEVER);
        assertThat(decision(new AwsCli("ec2", "stop-instances", List.of("--region=us-east-1"), null, "eu-west-1"))).isEqualTo(Decision.NEVER);
        assertThat(decision(new AwsCli("ec2", "stop-instances", List.of("--reg", "us-east-1"), null, null))).isEqualTo(Decision.NEVER);
        assertThat(decision(aws("ec2", "stop-instances"))).isEqualTo(Decision.NEVER);
        assertThat(decision(new AwsCli("ec2", "reboot-instances", List.of(), "dev", null))).isEqualTo(Decision.ASK);
        assertThat(decision(new AwsCli("ec2", "reboot-instances", List.of("--prof", "prod"), "dev", null))).isEqualTo(Decision.NEVER);
    }

    @Test
    void allowsWhatDestroysOrShowsSecretsOnlyByName() throws Exception {
        rules("allow: [{aws: ec2 *}, {aws: '* delete-*'}, {aws: sqs purge-queue}, {aws: 'ssm get-*'}, {aws: kms decrypt}, {aws: '* *'}]\n");
        assertThat(decision(aws("ec2", "start-instances"))).isEqualTo(Decision.ALLOW);
        assertThat(decision(aws("sqs", "purge-queue"))).isEqualTo(Decision.ALLOW);
        assertThat(decision(aws("kms", "decrypt"))).isEqualTo(Decision.ALLOW);
        assertThat(decision(aws("ec2", "terminate-instances"))).isEqualTo(Decision.ASK);
        assertThat(decision(aws("ec2", "delete-vpc"))).isEqualTo(Decision.ASK);
        assertThat(decision(aws("ssm", "get-parameter"))).isEqualTo(Decision.ASK);
        assertThat(decision(aws("ec2", "frobnicate"))).isEqualTo(Decision.ASK);
        assertThat(fixture.engine.verdict(aws("sqs", "purge-queue")).effect()).as("what it does stays what it is").isEqualTo(Effect.DESTRUCTIVE);
    }

    @Test
    void readOnlyModeKnowsNoAllowRules() throws Exception {
        rules("allow: [{argv: [echo, '*']}, {aws: ec2 start-instances}]\n");
        try (var readOnly = new EngineFixture(home, HOST, Optional.empty(), true)) {
            for (var request : List.of(exec("echo", "x"), ExecutionRequest.of(aws("ec2", "start-instances")))) {
                assertThatThrownBy(() -> readOnly.engine.execute(request)).isInstanceOfSatisfying(ExecutionException.class,
                        e -> assertThat(e.problem()).isEqualTo(Problem.READ_ONLY));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "never: [                                   | line 2: ",
        "never: {aws: iam *}                        | line 1: never",
        "always: []                                 | line 1: ",
        "never: [{aws: iam}]                        | line 1: never.0.aws",
        "never: [{aws: 'iam  delete-*'}]            | never.0.aws",
        "never: [{aws: 'iam delete-user --x'}]      | never.0.aws",
        "never: [{aws: 'IAM delete-*'}]             | never.0.aws",
        "never: [{}]                                | never.0",
        "never: [{reason: because}]                 | never.0",
        "never: [{account: 123456789012}]           | never.0.account",
        "never: [{account: '1234'}]                 | never.0.account",
        "never: [{kind: pipe}]                      | never.0.kind",
        "never: [{program: ''}]                     | never.0.program",
        "never: [{argv: []}]                        | never.0.argv",
        "never: [{argv: ['**']}]                    | never.0.argv",
        "never: [{argv: [a, '**', b]}]              | ** stands for any further arguments",
        "never: [{program: x, program: y}]          | Duplicate",
        "ask: [&a {program: x}, *a]                 | aliases",
        "allow: [{program: echo}]                   | allow.0",
        "allow: [{kind: shell}]                     | allow.0",
        "allow: [{account: '123456789012'}]         | allow.0",
        "allow: [{aws: ec2 *, argv: [echo]}]        | allow.0",
        "allow: [{argv: [echo], region: x}]         | allow.0",
        "allow: [{argv: ['*', x]}]                  | without a wildcard",
        "allow: [{argv: ['/bin/*', x]}]             | without a wildcard",
        "allow: [{argv: [./run, x]}]                | whole path",
        "allow: [{argv: [bin/run, x]}]              | whole path",
        "allow: [{argv: [aws, ec2, start-instances]}] | write aws:",
        "allow: [{argv: [sh, -c, '*']}]             | runs what its arguments say",
        "allow: [{argv: [/bin/bash, '**']}]         | runs what its arguments say",
        "allow: [{argv: [python3.11, '*']}]         | runs what its arguments say",
        "allow: [{argv: [env, '**']}]               | runs what its arguments say",
        "allow: [{argv: [git, log, '*']}]           | runs what its arguments say",
        "allow: [{argv: [rbash, '**']}]             | runs what its arguments say",
        "allow: [{argv: [/usr/bin/vim.basic, '*']}] | runs what its arguments say",
        "allow: [{argv: [ip, netns, '**']}]         | runs what its arguments say",
        "allow: [{argv: [taskset, '*', x]}]         | runs what its arguments say",
        "allow: [{argv: [npx, '*']}]                | runs what its arguments say",
        "allow: [{argv: [pip3.12, '**']}]           | runs what its arguments say",
        "allow: [{argv: [sort, '*']}]               | runs what its arguments say",
        "just text                                  | line 1",
        "never: []~---~ask: []                      | second document" })
    void aBrokenFileForbidsEverythingAndSaysWhy(String text, String message) throws Exception {
        rules(text.replace('~', '\n') + '\n');
        var broken = fixture.engine.verdict(READ);
        assertThat(broken.decision()).isEqualTo(Decision.NEVER);
        assertThat(broken.reason()).contains("nothing runs, not even reads").contains(file.toString()).contains(message);
        forbidden(ExecutionRequest.of(READ));
        forbidden(fixture.approved(exec("true")));

        rules("never: []\n");
        assertThat(decision(READ)).as("mended").isEqualTo(Decision.ALLOW);
    }

    @Test
    void namesTheLineOfEveryMistake() throws Exception {
        rules("""
                never:
                  - {aws: "iam delete-*"}
                  - {aws: iam}
                allow:
                  - argv: [echo]
                    regoin: x
                """);
        assertThat(fixture.engine.verdict(READ).reason()).contains("line 3: never.1.aws").contains("line 6: allow.0");
    }

    @Test
    void allowsInterpretersWhenEveryArgumentIsWrittenOut() throws Exception {
        rules("allow: [{argv: [sh, -c, 'true && true']}]\n");
        assertThat(decision(new Exec(List.of("sh", "-c", "true && true")))).isEqualTo(Decision.ALLOW);
        assertThat(decision(new Exec(List.of("sh", "-c", "true && true", "x")))).isEqualTo(Decision.ASK);
        assertThat(decision(new Shell("true && true"))).isEqualTo(Decision.ASK);
    }

    @Test
    void aFileThatOthersMayWriteIsNotTrusted() throws Exception {
        rules("allow: [{argv: [echo, '*']}]\n");
        for (var mode : List.of("rw-rw----", "rw-----w-")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
            assertThat(fixture.engine.verdict(READ).reason()).contains("can be written by others").contains("try: chmod go-w");
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(decision(READ)).isEqualTo(Decision.ALLOW);
    }

    @Test
    void whatIsNoReadableFileForbidsEverything() throws Exception {
        Files.createSymbolicLink(file, home.resolve("nowhere"));
        assertThat(fixture.engine.verdict(READ).reason()).contains("a link to a file that does not exist");
        Files.delete(file);
        Files.createDirectory(file);
        assertThat(fixture.engine.verdict(READ).reason()).contains("is not a file");
        Files.delete(file);
        Files.write(file, "ask: [{program: \u00e9}]\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(fixture.engine.verdict(READ).reason()).contains("not UTF-8");
        Files.writeString(file, "#".repeat(300_000));
        assertThat(fixture.engine.verdict(READ).reason()).contains("more than 256 KiB");
        Files.delete(file);
        assertThat(decision(READ)).isEqualTo(Decision.ALLOW);
    }

    @Test
    void seesAChangeOfTheSameSizeAndTime() throws Exception {
        rules("ask: [{aws: ec2 describe-vpcs}]\n");
        var time = Files.getLastModifiedTime(file);
        assertThat(decision(READ)).isEqualTo(Decision.ASK);
        rules("ask: [{aws: ec2 describe-tags}]\n");
        Files.setLastModifiedTime(file, time);
        assertThat(decision(READ)).isEqualTo(Decision.ALLOW);
    }

    @Test
    void theRulesOfTheDocumentationAreGoodOnes() throws Exception {
        var page = Files.readString(Path.of("../../docs/execution-approval.md"));
        rules(page.substring(page.indexOf("```yaml\n") + 8, page.indexOf("```\n", page.indexOf("```yaml\n"))));
        assertThat(decision(of(READ, "111111111111").withCommand(new AwsCli("ec2", "describe-vpcs", List.of(), "own", null))))
                .isEqualTo(Decision.ALLOW);
        assertThat(decision(new Shell("true"))).isEqualTo(Decision.NEVER);
        assertThat(decision(of(new AwsCli("ec2", "start-instances", List.of(), null, "eu-west-1"), "111111111111"))).isEqualTo(Decision.ALLOW);
        assertThat(decision(new Exec(List.of("/usr/bin/du", "-s", "/var")))).isEqualTo(Decision.ALLOW);
    }

    @Test
    void hostileNamesAreNoPatterns() throws Exception {
        rules("allow: [{argv: [echo, 'a(b|c)', '']}]\nask: [{profile: '.*', aws: ec2 *}]\n");
        assertThat(decision(new Exec(List.of("echo", "a(b|c)", "")))).isEqualTo(Decision.ALLOW);
        assertThat(decision(new Exec(List.of("echo", "ab", "")))).isEqualTo(Decision.ASK);
        assertThat(decision(new AwsCli("ec2", "describe-vpcs", List.of(), "any", null))).as("no regular expression").isEqualTo(Decision.ALLOW);
    }

    private void rules(String text) throws IOException {
        Files.writeString(file, text);
    }

    private Decision decision(Command command) {
        return fixture.engine.verdict(command).decision();
    }

    private Decision decision(ExecutionRequest request) {
        return fixture.engine.verdict(request).decision();
    }

    private void forbidden(ExecutionRequest request) {
        assertThatThrownBy(() -> fixture.engine.execute(request)).isInstanceOfSatisfying(ExecutionException.class,
                e -> assertThat(e.problem()).isEqualTo(Problem.FORBIDDEN));
    }

    private static ExecutionRequest of(Command command, String account) {
        return ExecutionRequest.of(command).withMetadata(new Metadata("test", Map.of(), null, account, null));
    }

    private static AwsCli aws(String service, String operation, String... args) {
        return new AwsCli(service, operation, List.of(args), null, null);
    }
}
