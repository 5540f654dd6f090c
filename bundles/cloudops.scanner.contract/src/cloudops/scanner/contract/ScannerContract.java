package cloudops.scanner.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.json.Json;
import cloudops.json.Schemas;
import cloudops.model.AwsResource;
import cloudops.model.IamPermissions;
import cloudops.model.PermissionSource;
import cloudops.model.ResourceConstraints;
import cloudops.model.UserContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;

/**
 * What every scanner must do. Its test extends this class and has two files a resource type beside it: {@code TYPE.calls.json}, the answers
 * of AWS (see {@link AnsweredAccount}), and {@code TYPE.expected.json}, the resources to be made of them for a principal that may do
 * everything but delete.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ScannerContract {

    /** What people can call things: quotes, a command, two lines, text from right to left, a character of four bytes. */
    private static final String HOSTILE = "it's \"ours\" `$(ls)`;\n\u202ebackwards\ud83d\ude80";
    /** What services call a resource's tags. */
    private static final Set<String> TAGS = Set.of("Tags", "tags", "TagSet", "TagList");
    /** Objects whose members are people's own: none of them is new to a scanner. */
    private static final Set<String> OWN_WORDS = Set.of("tags", "Tags", "labels", "Variables");

    private final ServiceScanner scanner;

    protected ScannerContract(ServiceScanner scanner) {
        this.scanner = scanner;
    }

    List<ResourceType> types() {
        return scanner.resourceTypes();
    }

    @ParameterizedTest
    @MethodSource("types")
    void makesOfTheAnswersOfAwsWhatTheGoldenFileSays(ResourceType type) throws Exception {
        var resources = scanned(type, UnaryOperator.identity());

        assertThat(resources.toPrettyString()).isEqualTo(read(type, "expected").toPrettyString());
        assertThat(resources.valueStream()).isNotEmpty()
                .allSatisfy(each -> assertThat(Schemas.validate(Schemas.AWS_RESOURCE, each)).isEmpty());
    }

    /** A new type of resource or link needs a line in {@code shapes.json}. */
    @ParameterizedTest
    @MethodSource("types")
    void linksLeadToWhatIsIdentifiedInTheSameWay(ResourceType type) throws Exception {
        var shapes = Shapes.read();
        var shape = shapes.types().get(type.name());
        assertThat(shape).as("shape of %s", type.name()).isNotNull();
        for (var resource : scanned(type, UnaryOperator.identity())) {
            assertThat(resource.path("identifier").textValue()).matches(shape::isId, shape.id());
            assertThat(resource.path("arn").textValue()).matches(shape::isArn, shape.arn());
            for (var link : resource.path("metadata").path("relations")) {
                assertThat(shapes.leads(link.path("type").textValue(), link.path("target").textValue())).as("%s", link).isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void membersThatAwsAddsChangeNothing(ResourceType type) throws Exception {
        assertThat(scanned(type, ScannerContract::withNewMembers)).isEqualTo(scanned(type, UnaryOperator.identity()));
    }

    @ParameterizedTest
    @MethodSource("types")
    void tagsAreKeptWhateverIsInThem(ResourceType type) throws Exception {
        var plain = scanned(type, UnaryOperator.identity()).findValues("tags");
        var hostile = scanned(type, ScannerContract::withHostileTags).findValues("tags");

        for (int i = 0; i < plain.size(); i++) {
            assertThat(hostile.get(i).properties()).extracting(Map.Entry::getKey)
                    .containsExactlyElementsOf(plain.get(i).properties().stream().map(tag -> HOSTILE + tag.getKey()).sorted().toList());
            assertThat(hostile.get(i)).allSatisfy(value -> assertThat(value.textValue()).isEqualTo(HOSTILE));
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void anyMemberMayBeMissingOrOfAnotherKind(ResourceType type) throws Exception {
        var account = account(type, UnaryOperator.identity());
        for (var listed : account.listed(scanner, type)) {
            for (var data : damaged(scanner.describe(listed, account).data())) {
                AwsResource resource;
                try {
                    resource = scanner.transform(new RawResource(type.name(), data), account);
                } catch (IllegalArgumentException noIdentifier) {
                    assertThat(noIdentifier).as("%s", data).hasMessageContaining("the answer of AWS has no ");
                    continue;
                }
                var permitted = resource.withIam(mayNotDelete(scanner.actions(type.name())));
                var judged = permitted.withConstraints(
                        scanner.constraints(new RawResource(type.name(), data), permitted, permitted.iam()));
                // what AWS calls an ARN or a region is believed
                assertThat(Schemas.validate(Schemas.AWS_RESOURCE, Json.mapper().valueToTree(judged))).as("%s", data)
                        .allMatch(wrong -> wrong.startsWith("/arn: ") || wrong.startsWith("/region: "));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void resourceWhoseDetailsAreDeniedIsStillFound(ResourceType type) throws Exception {
        var account = account(type, UnaryOperator.identity());
        var listing = account.listed(scanner, type);
        account.refuseAll(AnsweredAccount.refused("AccessDenied", "AccessDenied"));
        for (var listed : listing) {
            var before = account.incompletes().size();
            var raw = scanner.describe(listed, account);
            var resource = scanner.transform(raw, account);

            scanner.constraints(raw, resource, mayNotDelete(scanner.actions(type.name())));
            assertThat(resource.metadata().containsKey("denied_details")).as("whether it says what was denied")
                    .isEqualTo(account.incompletes().size() > before);
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void refusedListingFails(ResourceType type) throws Exception {
        var refusal = AnsweredAccount.refused("AccessDenied", "AccessDenied");
        var account = account(type, UnaryOperator.identity()).refuseAll(refusal);

        assertThatThrownBy(() -> account.listed(scanner, type)).isSameAs(refusal);
        assertThat(account.incompletes()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("types")
    void describingChangesNothingThatWasListed(ResourceType type) throws Exception {
        var account = account(type, UnaryOperator.identity());
        for (var listed : account.listed(scanner, type)) {
            var before = listed.data().deepCopy();
            scanner.describe(listed, account);
            assertThat(listed.data()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void typesAndActionsAreNamedAsEverywhere(ResourceType type) {
        assertThat(type.name()).matches(scanner.serviceName() + "_[a-z_]+");
        assertThat(type.label()).isNotBlank();
        assertThat(scanner.actions(type.name())).isNotEmpty().doesNotHaveDuplicates()
                .allSatisfy(action -> assertThat(action).matches("[a-z0-9-]+:[A-Z][A-Za-z0-9]+"));
    }

    /**
     * What a scanner says of a described resource.
     *
     * @param data its raw data, with apostrophes for quotation marks
     * @param allowed the only actions that are allowed; the others are not known
     */
    protected final ResourceConstraints judged(String resourceType, String data, String... allowed) throws IOException {
        var raw = raw(resourceType, data);
        var resource = scanner.transform(raw, new AnsweredAccount("aws"));
        return scanner.constraints(raw, resource,
                new IamPermissions(List.of(allowed), List.of(), List.of(), null, PermissionSource.SIMULATED, null, Map.of()));
    }

    /** A resource as AWS describes it. @param data with apostrophes for quotation marks */
    protected static RawResource raw(String resourceType, String data) throws IOException {
        return new RawResource(resourceType, Json.mapper().readTree(data.replace('\'', '"')));
    }

    /** Asserts a verdict on deletion. @param reason null where none is expected */
    protected static void assertDeletable(ResourceConstraints verdicts, Boolean canDelete, String reason) {
        assertThat(verdicts.canDelete()).as("can be deleted; %s", verdicts.reasons()).isEqualTo(canDelete);
        assertThat(verdicts.reasons().get("can_delete")).isEqualTo(reason);
    }

    private JsonNode scanned(ResourceType type, UnaryOperator<JsonNode> answers)
            throws IOException, ScanException, InterruptedException {
        var account = account(type, answers);
        var resources = new ArrayList<AwsResource>();
        for (var listed : account.listed(scanner, type)) {
            var raw = scanner.describe(listed, account);
            var resource = scanner.transform(raw, account).withIam(mayNotDelete(scanner.actions(type.name())));
            resources.add(resource.withConstraints(scanner.constraints(raw, resource, resource.iam())));
        }
        return Json.mapper().valueToTree(resources);
    }

    private AnsweredAccount account(ResourceType type, UnaryOperator<JsonNode> answers) throws IOException {
        return new AnsweredAccount(read(type, "calls"), answers);
    }

    private JsonNode read(ResourceType type, String kind) throws IOException {
        var file = type.name() + "." + kind + ".json";
        try (var in = getClass().getResourceAsStream(file)) {
            assertThat(in).as(file + " beside " + getClass().getSimpleName()).isNotNull();
            return Json.mapper().readTree(in);
        }
    }

    private static IamPermissions mayNotDelete(List<String> actions) {
        var denied = actions.stream().filter(action -> action.matches("(?i).*:.*(delet|terminate).*")).toList();
        var allowed = actions.stream().filter(action -> !denied.contains(action)).toList();
        var user = new UserContext("john.doe", null, null);
        return new IamPermissions(allowed, denied, List.of(), user, PermissionSource.SIMULATED, null, Map.of());
    }

    private static JsonNode withNewMembers(JsonNode answer) {
        if (answer instanceof ObjectNode object) {
            object.properties().stream().filter(member -> !(OWN_WORDS.contains(member.getKey()) && member.getValue().isObject()))
                    .forEach(member -> withNewMembers(member.getValue()));
            object.putArray("SomethingNew").addObject().put("From", "AWS");
        } else {
            answer.forEach(ScannerContract::withNewMembers);
        }
        return answer;
    }

    private static JsonNode withHostileTags(JsonNode answer) {
        if (answer instanceof ObjectNode object) {
            for (var member : List.copyOf(object.properties())) {
                object.set(member.getKey(), TAGS.contains(member.getKey()) ? hostile(member.getValue()) : withHostileTags(member.getValue()));
            }
        } else {
            answer.forEach(ScannerContract::withHostileTags);
        }
        return answer;
    }

    /** @param tags an object of them, or a list of keys and values */
    private static JsonNode hostile(JsonNode tags) {
        if (tags instanceof ObjectNode object) {
            var all = JsonNodeFactory.instance.objectNode();
            object.fieldNames().forEachRemaining(key -> all.put(HOSTILE + key, HOSTILE));
            return all;
        }
        for (var tag : tags) {
            for (var member : List.copyOf(tag.properties())) {
                var isKey = member.getKey().toLowerCase(Locale.ROOT).endsWith("key");
                ((ObjectNode) tag).put(member.getKey(), isKey ? HOSTILE + member.getValue().asText() : HOSTILE);
            }
        }
        return tags;
    }

    /** Copies of {@code data}, each with one value, at any depth, missing or of another kind. */
    private static List<JsonNode> damaged(JsonNode data) {
        var copies = new ArrayList<JsonNode>();
        if (data instanceof ObjectNode object) {
            for (var member : object.properties()) {
                copies.add(object.deepCopy().without(member.getKey()));
                for (var other : others(member.getValue())) {
                    copies.add(object.deepCopy().set(member.getKey(), other));
                }
            }
        } else if (data instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                for (var other : others(array.get(i))) {
                    copies.add(array.deepCopy().set(i, other));
                }
            }
        }
        return copies;
    }

    private static List<JsonNode> others(JsonNode value) {
        var kinds = JsonNodeFactory.instance;
        var others = new ArrayList<JsonNode>(List.of(kinds.nullNode(), kinds.textNode("2026"), kinds.textNode(" "), kinds.textNode(HOSTILE),
                kinds.numberNode(7.5),
                kinds.booleanNode(true), kinds.arrayNode().add(7).addNull(), kinds.objectNode().put("x", 7)));
        others.addAll(damaged(value));
        return others;
    }
}
