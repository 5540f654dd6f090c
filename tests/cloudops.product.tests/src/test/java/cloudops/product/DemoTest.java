package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;

/** {@code cloudops demo}: the whole line, as one process on a machine where nothing of a user is. */
class DemoTest {

    @TempDir
    Path folder;

    @Test
    void stopsTheDatabaseAndLeavesNoEstateBehind() throws Exception {
        var product = new Product(folder);
        var run = product.run("demo", "--json", "--keep");
        assertThat(run.exit()).as(run.err()).isZero();
        var demo = run.json();

        assertThat(demo.at("/state/pg-instance-main1").asText()).isEqualTo("stopped");
        assertThat(demo.at("/seed/total").asInt()).isGreaterThanOrEqualTo(300);
        // and the default networks that every region of an account has
        assertThat(demo.at("/scan/discovered").asInt()).isGreaterThan(demo.at("/seed/total").asInt());
        assertThat(demo.at("/scan/by_service/s3")).isEqualTo(demo.at("/seed/resources/s3_bucket"));
        assertThat(demo.at("/scan/errors")).isEmpty();
        assertThat(demo.at("/scan/scopes")).allSatisfy(scope -> assertThat(scope.path("status").asText()).isEqualTo("complete"));

        assertThat(demo.at("/search/0/query").asText()).isEqualTo("pg-main");
        assertThat(demo.at("/search/0/hits/0/resource/name").asText()).isEqualTo("pg-instance-main1");
        assertThat(demo.at("/search/1/query").asText()).isEqualTo("production postgres");
        assertThat(stream(demo.at("/search/1/hits"))).as("RDS postgres with env=production in the top 5").hasSizeLessThanOrEqualTo(5)
                .anySatisfy(hit -> {
                    assertThat(hit.at("/resource/resource_type").asText()).isEqualTo("rds_instance");
                    assertThat(hit.at("/resource/metadata/engine").asText()).isEqualTo("postgres");
                    assertThat(hit.at("/resource/tags/env").asText()).isEqualTo("production");
                });

        assertThat(demo.at("/plan/response_type").asText()).isEqualTo("command");
        assertThat(demo.at("/plan/script/steps/0/command").asText()).isEqualTo("aws rds stop-db-instance");
        assertThat(demo.at("/plan/script/steps/0/args").toString()).contains("pg-instance-main1");
        assertThat(demo.at("/plan/risk_assessment/level").asText()).isIn("medium", "high");
        assertThat(demo.at("/plan/approval_hash").asText()).startsWith("sha256:");
        assertThat(demo.at("/permissions/source").asText()).isEqualTo("evaluated");
        assertThat(demo.at("/permissions/allowed_actions").toString()).contains("rds:StopDBInstance");
        assertThat(demo.at("/permissions/denied_actions").toString()).contains("rds:DeleteDBInstance");
        assertThat(demo.at("/permissions/reasons").path("rds:StopDBInstance").asText()).contains("OperateEstate");
        assertThat(demo.at("/permissions/reasons").path("rds:DeleteDBInstance").asText()).contains("ProtectData");
        assertThat(demo.at("/execution/steps/0/result/exit_code").asInt(-1)).isZero();

        assertThat(JsonSchemas.violations("scan-result", demo.path("scan"))).isEmpty();
        assertThat(JsonSchemas.violations("server-response", demo.path("plan"))).isEmpty();
        assertThat(JsonSchemas.violations("execution-result", demo.at("/execution/steps/0/result"))).isEmpty();
        assertThat(demo.path("search")).allSatisfy(search -> assertThat(search.path("hits"))
                .allSatisfy(hit -> assertThat(JsonSchemas.violations("aws-resource", hit.path("resource"))).isEmpty()));

        assertThat(product.userHome).as("the user's home").isEmptyDirectory();
        assertThat(filesWith(estate(demo), List.of(product.temporary, Product.FOLDER.resolve("configuration")))).isEmpty();
    }

    @Test
    void canBeFollowedOnATerminalAndCleansUp() throws Exception {
        var product = new Product(folder);
        var run = product.run("demo");
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains("== Scan", "== Search: pg-main", "aws rds stop-db-instance", "risk", "approved: sha256:",
                "pg-instance-main1 is now stopped");
        assertThat(product.userHome).isEmptyDirectory();
        assertThat(product.temporary).as("left behind: %s", list(product.temporary)).isEmptyDirectory();
    }

    @Test
    void saysThatThePortIsTaken() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var run = new Product(folder).run("demo", "--port", String.valueOf(taken.getLocalPort()));
            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.err()).contains("cloudops: port " + taken.getLocalPort() + " is taken", "  try: leave --port out");
        }
    }

    @Test
    void saysThatPythonIsMissing() throws Exception {
        var run = new Product(folder).with("PATH", tools().toString()).run("demo");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("there is no python3 on PATH", "  try: apt-get install python3");
    }

    @Test
    void saysThatMotoIsMissing() throws Exception {
        var tools = tools();
        // a Python without the site's packages
        var python = tools.resolve("python3");
        Files.writeString(python, "#!/bin/sh\nPATH='" + System.getenv("PATH") + "'\nexec python3 -I -S \"$@\"\n");
        python.toFile().setExecutable(true);
        var run = new Product(folder).with("PATH", tools.toString()).run("demo");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("(moto) is not installed", "  try: python3 -m pip install 'moto[server]==");
    }

    private Path tools() throws IOException {
        var tools = Files.createDirectories(folder.resolve("tools"));
        for (var tool : new String[] { "readlink", "dirname", "sed" }) {
            Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool));
        }
        return tools;
    }

    /** Every name, ARN, identifier and telling tag value that the run showed. */
    private static Set<String> estate(JsonNode demo) {
        var strings = new TreeSet<String>();
        for (var hit : demo.findValues("resource")) {
            if (hit.isObject()) {
                strings.addAll(List.of(hit.path("name").asText(), hit.path("arn").asText(), hit.path("identifier").asText(),
                        hit.at("/tags/cost-center").asText()));
            }
        }
        strings.addAll(List.of("pg-instance-main", "pg-backup", "bastion", "checkout-server", "shop-production-", "cc-storefront"));
        strings.removeIf(String::isBlank);
        assertThat(strings).hasSizeGreaterThan(10);
        return strings;
    }

    /** Files below {@code folders} that hold one of {@code strings} in UTF-8 or UTF-16, with the string. */
    private static List<String> filesWith(Set<String> strings, List<Path> folders) throws IOException {
        var found = new ArrayList<String>();
        int read = 0;
        for (var folder : folders) {
            try (var files = Files.walk(folder)) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    var bytes = Files.readAllBytes(file);
                    read++;
                    for (var charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
                        var text = new String(bytes, StandardCharsets.ISO_8859_1);
                        for (var string : strings) {
                            if (text.contains(new String(string.getBytes(charset), StandardCharsets.ISO_8859_1))) {
                                found.add(file + " holds " + string);
                            }
                        }
                    }
                }
            }
        }
        assertThat(read).as("files looked into").isGreaterThan(5);
        return found;
    }

    private static List<Path> list(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            return files.toList();
        }
    }

    private static java.util.stream.Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
