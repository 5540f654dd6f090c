package cloudops.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.demo.DemoSession;
import cloudops.product.Product.Run;

/** Scans and synchronisations that a signal ends, in processes of their own. */
@Timeout(900)
class ScanSignalTest {

    @TempDir
    static Path folder;

    private static DemoSession demo;

    @BeforeAll
    static void start() throws Exception {
        demo = DemoSession.start(0, false, line -> {
        });
    }

    @AfterAll
    static void stop() throws Exception {
        demo.close();
    }

    private static Product user(String name) throws Exception {
        return new Product(folder.resolve(name)).with("AWS_CONFIG_FILE", demo.environment().awsConfigFile().toString())
                .with("AWS_SHARED_CREDENTIALS_FILE", demo.environment().awsCredentialsFile().toString()).with("CLOUDOPS_PASSPHRASE", "passphrase")
                .with("CLOUDOPS_HOME", folder.resolve(name).resolve("home").toString());
    }

    private static Run interrupted(Process process) throws Exception {
        // the start script becomes the JVM, so this is what a terminal does on Ctrl-C
        assertThat(new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor()).isZero();
        return Product.await(process);
    }

    @Test
    void ctrlCEndsAScanThatWaitsForAws() throws Exception {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var asked = CompletableFuture.supplyAsync(() -> {
                try {
                    return silent.accept();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            var product = user("scan");
            var process = product.start("scan", "--json", "--transport", "sdk", "--endpoint-url", "http://127.0.0.1:" + silent.getLocalPort(),
                    "--profile", "production", "--region", "us-east-1");
            try (var socket = asked.join()) {
                var run = interrupted(process);

                assertThat(run.exit()).as(run.err()).isEqualTo(130);
                assertThat(run.err()).contains("the scan was interrupted; what it stored by then stays").doesNotContain("cut short");
                assertThat(run.json().at("/error/message").asText()).contains("interrupted");
            }
            assertThat(product.run("resources", "list", "--json").exit()).isZero();
        }
    }

    @Test
    void syncScansUntilCtrlCAndItsStatusStays() throws Exception {
        var product = user("sync");
        assertThat(product.run("sync", "status", "--json").json()).isEmpty();
        var unnamed = product.run("sync");
        assertThat(unnamed.exit()).as(unnamed.err()).isEqualTo(2);
        assertThat(unnamed.err()).contains("no AWS profile is named").contains("--profile");

        var process = product.start("sync", "--endpoint-url", demo.environment().endpointUrl().orElseThrow().toString(), "--profile", "production",
                "--region", "us-east-1,us-west-2");
        // a line that says what the first scan did; the next one is due in a quarter of an hour
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(out.readLine()).endsWith("  full");
        assertThat(out.readLine()).contains(" discovered, ");
        var run = interrupted(process);

        assertThat(run.exit()).as(run.err()).isEqualTo(130);
        assertThat(run.err()).contains("Stopped; what was stored stays.");
        var status = product.run("sync", "status", "--json").json();
        assertThat(StreamSupport.stream(status.spliterator(), false).map(each -> each.path("service").asText())).contains("ec2", "rds", "s3");
        for (JsonNode service : status) {
            assertThat(service.path("last_sync").asText()).isNotEmpty();
            assertThat(service.path("incremental").asBoolean(true)).isFalse();
            assertThat(service.at("/scopes/failed").asInt(-1)).isZero();
        }
        assertThat(product.run("sync", "status").out()).contains("SERVICE", "rds", "full");
        assertThat(product.run("resources", "list", "--json").json()).isNotEmpty();

        var incremental = product.run("scan", "--incremental", "--json", "--endpoint-url", demo.environment().endpointUrl().orElseThrow().toString(),
                "--profile", "production", "--region", "us-east-1,us-west-2");
        assertThat(incremental.exit()).as(incremental.err()).isZero();
        assertThat(JsonSchemas.violations("scan-result", incremental.json())).isEmpty();
        assertThat(incremental.json().path("unchanged")).isEqualTo(incremental.json().path("discovered"));
        assertThat(product.run("scan", "--incremental", "--cleanup-stale", "--profile", "production").exit()).isEqualTo(2);
    }
}
