package cloudops.scanner.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.scanner.spi.ScanException.Category;
import cloudops.scanner.spi.ServiceScanner.RawResource;

class DetailsTest {

    /** Answers a call with its request and the operation's name; refuses one whose operation is named after a code. */
    /** Answers what it is asked, and refuses an operation that is called like a code of errors. */
    static final class Account implements ScanContext {

        private final List<ScanException> incomplete = new ArrayList<>();

        @Override
        public String accountId() {
            return "111111111111";
        }

        @Override
        public String accountName() {
            return accountId();
        }

        @Override
        public String region() {
            return "cn-north-1";
        }

        @Override
        public String partition() {
            return "aws-cn";
        }

        @Override
        public Instant startedAt() {
            return Instant.EPOCH;
        }

        @Override
        public JsonNode call(String service, String operation, JsonNode params) throws ScanException {
            if (Character.isUpperCase(operation.charAt(0))) {
                throw new ScanException(Category.AWS_CLI, operation, false, operation, null);
            }
            return AwsJson.object().put("last", operation).set(operation, params);
        }

        @Override
        public JsonNode call(String service, String operation, JsonNode params, String region) throws ScanException {
            return call(service, operation, params);
        }

        @Override
        public void incomplete(ScanException problem) {
            incomplete.add(problem);
        }
    }

    private final Account account = new Account();
    private final RawResource listed = new RawResource("x_thing", AwsJson.object().put("Id", "i"));

    @Test
    void addsTheMembersOfAnswersToACopy() throws Exception {
        var described = new Details(listed, account).add("a", "x", "get-a", AwsJson.object().put("p", 1))
                .add("b", "x", "get-b", AwsJson.object()).described();

        assertThat(described.resourceType()).isEqualTo("x_thing");
        assertThat(described.data().toString()).isEqualTo("{\"Id\":\"i\",\"last\":\"get-b\",\"get-a\":{\"p\":1},\"get-b\":{}}");
        assertThat(Details.denied(described.data())).isEmpty();
        assertThat(listed.data().toString()).isEqualTo("{\"Id\":\"i\"}");
    }

    @Test
    void whatIsDeniedIsNotedAndReportedAndTheRestIsAsked() throws Exception {
        var described = new Details(listed, account).add("tags", "x", "AccessDenied", AwsJson.object())
                .add("policy", "x", "ExplicitDeny", AwsJson.object()).add("b", "x", "get-b", AwsJson.object()).described();

        assertThat(Details.denied(described.data())).containsExactly("policy", "tags");
        assertThat(described.data().path("last").textValue()).isEqualTo("get-b");
        assertThat(account.incomplete).extracting(ScanException::code).containsExactly("AccessDenied", "ExplicitDeny");
    }

    @Test
    void whatIsAskedIsAddedWhereTheCallerSays() throws Exception {
        var details = new Details(listed, account);

        assertThat(details.ask("policy", () -> account.call("x", "ExplicitDeny", AwsJson.object()))).isEmpty();
        details.ask("a", () -> account.call("x", "get-a", AwsJson.object())).ifPresent(answer -> details.set("A", answer));
        details.deny("tags");

        assertThat(details.data().path("A").path("last").textValue()).isEqualTo("get-a");
        assertThat(Details.denied(details.data())).containsExactly("policy", "tags");
        assertThat(account.incomplete).as("what is denied for many is reported by who asked").hasSize(1);
        assertThat(listed.data().has("A")).isFalse();
    }

    @Test
    void anyOtherFailureFailsTheResource() {
        var details = new Details(listed, account);

        assertThatThrownBy(() -> details.add("a", "x", "Throttled", AwsJson.object())).isInstanceOf(ScanException.class)
                .hasMessage("Throttled");
        assertThat(account.incomplete).isEmpty();
    }

    @Test
    void arnsAreOfTheAccountsPartitionAndRegion() {
        assertThat(account.arn("sqs", "orders")).isEqualTo("arn:aws-cn:sqs:cn-north-1:111111111111:orders");
    }
}
