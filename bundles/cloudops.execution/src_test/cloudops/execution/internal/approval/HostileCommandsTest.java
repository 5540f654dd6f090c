package cloudops.execution.internal.approval;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.execution.Command;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionJson;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionRequest.Metadata;
import cloudops.execution.ExecutionResult;
import cloudops.execution.internal.EngineFixture;

/** The commands of {@code hostile-commands.txt}: each runs once a person has consented, and none before, by whichever way it comes in. */
class HostileCommandsTest {

    private static final String REAL = "real";

    @TempDir
    private static Path root;

    private static Traps traps;
    private static RecordingServer aws;
    private static RecordingServer evil;
    private static List<Case> cases;

    /** @param name of the class */
    private record Case(int line, String name, ExecutionRequest request) {
        @Override
        public String toString() {
            return "line " + line + " (" + name + ")";
        }
    }

    @BeforeAll
    static void read() throws IOException {
        traps = new Traps(root);
        aws = new RecordingServer();
        evil = new RecordingServer();
        cases = new ArrayList<>();
        var lines = resource("hostile-commands.txt").lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank() && !lines.get(i).startsWith("#")) {
                var parts = lines.get(i).split(" \\| ", 2);
                cases.add(new Case(i + 1, parts[0], request(fill(parts[1]))));
            }
        }
    }

    @AfterAll
    static void close() throws IOException {
        aws.close();
        evil.close();
    }

    private static String fill(String text) {
        return traps.fill(text).replace("${EVIL}", evil.url()).replace("${HOME_ENDPOINT}", aws.url());
    }

    private static ExecutionRequest request(String json) throws IOException {
        var tree = (ObjectNode) ExecutionJson.mapper().readTree(json);
        if (!tree.has("command")) {
            tree = (ObjectNode) ExecutionJson.mapper().createObjectNode().set("command", tree);
        }
        return ExecutionJson.mapper().treeToValue(tree.put("id", UUID.randomUUID().toString()), ExecutionRequest.class);
    }

    private static String resource(String name) throws IOException {
        try (var in = HostileCommandsTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void areManyOfManyKinds() {
        assertThat(cases).hasSizeGreaterThanOrEqualTo(200);
        assertThat(cases.stream().map(Case::name).distinct()).hasSizeGreaterThanOrEqualTo(12);
        assertThat(cases.stream().map(Case::request).map(request -> request.withId(new UUID(0, 0))).distinct().count())
                .as("distinct ones, but for those that are also tried with the real AWS CLI")
                .isGreaterThanOrEqualTo(cases.stream().filter(hostile -> !hostile.name().startsWith(REAL)).count());
    }

    @Test
    void runOnlyOncePeopleHaveConsented() throws Exception {
        tryAll(cases.stream().filter(hostile -> !hostile.name().startsWith(REAL)).toList(), traps.bin + ":/usr/bin:/bin");
    }

    @Test
    void runOnlyOncePeopleHaveConsentedWithTheRealAwsCli() throws Exception {
        var found = Arrays.stream(System.getenv("PATH").split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, "aws")));
        assertThat(found).as("the AWS CLI is on the PATH; try: pip install awscli").isTrue();
        tryAll(cases.stream().filter(hostile -> hostile.name().startsWith(REAL)).toList(), traps.spawned + ":" + System.getenv("PATH"));
    }

    private static void tryAll(List<Case> some, String path) throws Exception {
        var host = new HashMap<>(System.getenv());
        host.put("PATH", path);
        host.put("AWS_DEFAULT_REGION", "eu-west-1");
        host.put("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE");
        host.put("AWS_SECRET_ACCESS_KEY", "example");
        host.keySet().removeAll(List.of("HTTP_PROXY", "http_proxy", "AWS_PROFILE"));
        var home = Files.createTempDirectory(root, "home");
        Files.writeString(home.resolve("rules.yaml"), fill(resource("hostile-rules.yaml")));
        var totals = new TreeMap<String, int[]>();
        var wrong = new ArrayList<String>();
        try (var fixture = new EngineFixture(home, host, Optional.of(URI.create(aws.url())), false)) {
            fixture.engine.addRunner(traps);
            for (var hostile : some) {
                var total = totals.computeIfAbsent(hostile.name(), name -> new int[3]);
                total[0]++;
                if (runsUnasked(fixture, hostile, wrong)) {
                    total[1]++;
                }
                var failure = runsOnceApproved(fixture, hostile);
                if (failure.isEmpty()) {
                    total[2]++;
                } else {
                    wrong.add(hostile + " did not run once approved: " + failure);
                }
            }
        }
        print(totals);
        assertThat(wrong).isEmpty();
    }

    private static boolean runsUnasked(EngineFixture fixture, Case hostile, List<String> wrong) throws Exception {
        var admitted = new ArrayList<Entry>();
        for (var entry : Entry.values()) {
            clear();
            if (!entry.refuses(fixture, hostile.request()) || leftMark("")) {
                admitted.add(entry);
            }
        }
        if (!admitted.isEmpty()) {
            wrong.add(hostile + " ran unasked through " + admitted + ": " + fixture.engine.verdict(hostile.request()));
        }
        return !admitted.isEmpty();
    }

    /** @return what is missing; empty when it did run */
    private static String runsOnceApproved(EngineFixture fixture, Case hostile) throws Exception {
        clear();
        ExecutionResult result;
        try {
            result = fixture.run(hostile.request().withId(UUID.randomUUID()));
        } catch (ExecutionException e) {
            return e.getMessage();
        }
        try (var files = Files.list(root)) {
            if (files.anyMatch(file -> file.toString().endsWith(".shell"))) {
                return "a shell looked at its arguments";
            }
        }
        if (!leftMark(result.stdout())) {
            return "no mark; " + result;
        }
        // the stand-in got the arguments as they are
        if (hostile.request().command() instanceof Command.AwsCli cli && !hostile.name().startsWith(REAL) && Files.size(traps.mark) > 0) {
            var recorded = List.of(Files.readString(traps.mark).split("\0", -1));
            return recorded.subList(0, Math.min(recorded.size(), 2 + cli.args().size()))
                    .equals(Stream.concat(Stream.of(cli.service(), cli.operation()), cli.args().stream()).toList()) ? "" : "it got " + recorded;
        }
        return "";
    }

    private static void clear() throws IOException {
        aws.requests.clear();
        evil.requests.clear();
        Files.deleteIfExists(traps.mark);
    }

    private static boolean leftMark(String output) {
        return Files.exists(traps.mark, LinkOption.NOFOLLOW_LINKS) || output.contains(Traps.TOKEN) || !evil.requests.isEmpty()
                || aws.requests.stream().anyMatch(request -> request.contains(Traps.TOKEN));
    }

    private static void print(Map<String, int[]> totals) {
        System.out.printf("%-32s %8s %14s %18s%n", "hostile commands", "tried", "ran unasked", "ran when approved");
        totals.forEach((name, counts) -> System.out.printf("%-32s %8d %14d %18d%n", name, counts[0], counts[1], counts[2]));
        System.out.printf("%-32s %8d %14d %18d%n", "total of " + totals.size() + " classes", sum(totals, 0), sum(totals, 1), sum(totals, 2));
    }

    private static int sum(Map<String, int[]> totals, int column) {
        return totals.values().stream().mapToInt(counts -> counts[column]).sum();
    }

    @Test
    void theRulesInForceDoAllow() throws Exception {
        var home = Files.createTempDirectory(root, "home");
        Files.writeString(home.resolve("rules.yaml"), fill(resource("hostile-rules.yaml")));
        var path = Map.of("PATH", traps.bin + ":/usr/bin:/bin");
        try (var fixture = new EngineFixture(home, path, Optional.of(URI.create(aws.url())), false)) {
            fixture.engine.addRunner(traps);
            var account = new Metadata("test", Map.of(), null, "111111111111", null);
            for (var request : List.of(EngineFixture.exec("echo", "hello world"), EngineFixture.exec(traps.folder + "/allowed", "work/x"),
                    EngineFixture.exec(traps.folder + "/listed", "a"), EngineFixture.exec(traps.folder + "/listed", "a", "b", "c"),
                    aws("ec2", "start-instances", "eu-west-1", "--instance-ids", "i-1").withMetadata(account),
                    aws("ec2", "start-instances", null, "--instance-ids", "i-1", "--region=eu-west-1").withMetadata(account),
                    aws("rds", "reboot-db-instance", null), aws("iam", "get-role", null),
                    ExecutionRequest.of(new Command.AwsSdk("rds", "reboot-db-instance", "{}", null, null)))) {
                clear();
                assertThat(fixture.end(fixture.engine.execute(request)).succeeded()).as(request.command().toString()).isTrue();
                if (!(request.command() instanceof Command.AwsCli cli && cli.operation().startsWith("get-"))) {
                    assertThat(Entry.EXECUTE_READ_ONLY.refuses(fixture, request)).as("a scan's read: " + request.command()).isTrue();
                }
            }
        }
    }

    private static ExecutionRequest aws(String service, String operation, String region, String... args) {
        return ExecutionRequest.of(new Command.AwsCli(service, operation, List.of(args), null, region));
    }
}
