package cloudops.scan.tests;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import cloudops.aws.AwsCaller.Transport;
import cloudops.json.Json;
import cloudops.model.ResourceKey;
import cloudops.scan.tests.SeededAws.Plan;
import cloudops.scanner.EstateScanner;
import cloudops.scanner.ScanRequest;
import cloudops.scanner.spi.ServiceScanner.ResourceType;

/** A scan finds exactly what boto3 lists, of every type that there is a scanner for. */
class TruthTest {

    private static final List<String> REGIONS = List.of("us-east-1", "eu-west-1", "ap-southeast-2");

    @TempDir
    static Path folder;

    private static SeededAws aws;
    private static Map<String, List<String>> truth;

    @BeforeAll
    static void start() throws Exception {
        aws = SeededAws.start(folder, new Plan(List.of("123456789012", "222222222222", "333333333333"), REGIONS, 2, 1, 4, true));
        try (var rows = TruthTest.class.getResourceAsStream("types.json")) {
            truth = aws.listed(Json.mapper().readTree(rows));
        }
    }

    @AfterAll
    static void stop() {
        aws.close();
    }

    @ParameterizedTest
    @EnumSource(value = Transport.class, names = {"SDK", "CLI"})
    void findsWhatBoto3Lists(Transport transport) throws Exception {
        try (var home = new Home(aws.environment(transport.name(), aws.endpoint()))) {
            var types = home.service(EstateScanner.class).scanners().stream().flatMap(scanner -> scanner.resourceTypes().stream()).toList();
            assertThat(types).extracting(ResourceType::name).as("types, each with a row in types.json that says how boto3 lists it")
                    .containsExactlyInAnyOrderElementsOf(truth.keySet());

            var result = home.scan(new ScanRequest(aws.profiles(), REGIONS, List.of(), List.of(), true, transport));

            assertThat(result.complete()).as("%s", result.errors()).isTrue();
            Map<String, List<String>> found = home.stored().keySet().stream().collect(groupingBy(ResourceKey::resourceType, TreeMap::new,
                    mapping(key -> line(key, types), toList())));
            truth.forEach((type, lines) -> assertThat(found.getOrDefault(type, List.of())).as(type).containsExactlyInAnyOrderElementsOf(lines));
            assertThat(truth.keySet()).containsAll(found.keySet());
            assertThat(truth.values()).allSatisfy(lines -> assertThat(lines).isNotEmpty());
            assertThat(result.discovered()).isEqualTo(truth.values().stream().mapToInt(List::size).sum());
        }
    }

    private static String line(ResourceKey key, List<ResourceType> types) {
        boolean global = types.stream().anyMatch(type -> type.name().equals(key.resourceType()) && type.global());
        return key.accountId() + (global ? "" : " " + key.region()) + " " + key.identifier();
    }
}
