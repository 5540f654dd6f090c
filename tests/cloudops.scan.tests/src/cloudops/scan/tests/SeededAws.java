package cloudops.scan.tests;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;

import cloudops.demo.Simulator;
import cloudops.json.Json;
import cloudops.model.Environment;

/** A simulator with the same in each account and region, an operator in each account who may do anything, and the AWS files of these. */
final class SeededAws implements AutoCloseable {

    private final Simulator simulator;
    private final Path folder;
    private final Plan plan;
    private final Map<String, List<String>> keys;

    /** @param buckets an account; the other numbers are an account and region @param oneOfEach and one of each further type, in each */
    record Plan(List<String> accounts, List<String> regions, int instances, int databases, int buckets, boolean oneOfEach) {

        Plan(List<String> accounts, List<String> regions, int instances, int databases, int buckets) {
            this(accounts, regions, instances, databases, buckets, false);
        }
    }

    private SeededAws(Simulator simulator, Path folder, Plan plan) throws IOException, InterruptedException {
        this.simulator = simulator;
        this.folder = folder;
        this.plan = plan;
        this.keys = Json.mapper().readValue(python("seed", plan), new TypeReference<>() {
        });
        var config = new StringBuilder();
        var credentials = new StringBuilder();
        keys.forEach((account, key) -> {
            config.append("[profile ").append(profile(account)).append("]\nregion = ").append(plan.regions().getFirst()).append('\n');
            credentials.append('[').append(profile(account)).append("]\naws_access_key_id = ").append(key.getFirst())
                    .append("\naws_secret_access_key = ").append(key.getLast())
                    .append("\naws_session_token = only sessions expire\n");
        });
        Files.writeString(folder.resolve("config"), config);
        Files.writeString(folder.resolve("credentials"), credentials);
    }

    static SeededAws start(Path folder, Plan plan) throws Exception {
        var simulator = Simulator.start();
        try {
            return new SeededAws(simulator, folder, plan);
        } catch (IOException | InterruptedException | RuntimeException e) {
            simulator.close();
            throw e;
        }
    }

    URI endpoint() {
        return simulator.endpoint();
    }

    String accessKey(String account) {
        return keys.get(account).getFirst();
    }

    static String profile(String account) {
        return "ops-" + account;
    }

    List<String> profiles() {
        return plan.accounts().stream().map(SeededAws::profile).toList();
    }

    Environment environment(String home, URI endpoint) {
        return new Environment(folder.resolve(home), folder.resolve("config"), folder.resolve("credentials"), Optional.of(endpoint), false, false);
    }

    /** What boto3 lists: per type {@code ACCOUNT REGION IDENTIFIER}, sorted; of global types without the region. @param types rows of types.json */
    Map<String, List<String>> listed(JsonNode types) throws IOException, InterruptedException {
        return Json.mapper().readValue(python("list", Map.of("keys", keys, "regions", plan.regions(), "types", types)), new TypeReference<>() {
        });
    }

    private String python(String task, Object asked) throws IOException, InterruptedException {
        var process = new ProcessBuilder("python3", "-", task, simulator.endpoint().toString(), Json.mapper().writeValueAsString(asked)).start();
        var errors = CompletableFuture.supplyAsync(() -> process.errorReader(StandardCharsets.UTF_8).lines().toList());
        try (var script = SeededAws.class.getResourceAsStream("estate.py"); var in = process.getOutputStream()) {
            script.transferTo(in);
        }
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError("estate.py failed: " + String.join("\n", errors.join()));
        }
        return out;
    }

    @Override
    public void close() {
        simulator.close();
    }
}
