package cloudops.execution.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.execution.Command.AwsCli;
import cloudops.execution.Command.AwsSdk;
import cloudops.execution.Command.Exec;

class CommandTextTest {

    @Test
    void isWhatAPersonWouldType() {
        assertThat(CommandText.of(new Exec(List.of("echo", "a b", "it's", "", "$(x)")))).isEqualTo("echo 'a b' 'it'\\''s' '' '$(x)'");
        assertThat(CommandText.of(new AwsCli("rds", "stop-db-instance", List.of("--db-instance-identifier", "pg-main"), "prod", "eu-west-1")))
                .isEqualTo("aws rds stop-db-instance --db-instance-identifier pg-main --profile prod --region eu-west-1");
        assertThat(CommandText.of(new AwsSdk("rds", "stop-db-instance", "{\"DBInstanceIdentifier\":\"x\"}", null, null)))
                .isEqualTo("aws rds stop-db-instance --cli-input-json '{\"DBInstanceIdentifier\":\"x\"}'");
    }

    @Test
    void showsControlAndDirectionCharacters() {
        assertThat(CommandText.quote("a\nb\u202Ec\u001B[31m")).isEqualTo("'a\\u000ab\\u202ec\\u001b[31m'");
        assertThat(CommandText.quote("\uD83D\uDE00")).isEqualTo("'\uD83D\uDE00'");
    }

    @ParameterizedTest
    @ValueSource(strings = { "--password hunter2", "--master-user-password hunter2", "--secret-string hunter2", "--secret hunter2",
        "--auth-token hunter2", "--token hunter2", "--password=hunter2", "AWS_SECRET_ACCESS_KEY=hunter2", "--x Password=hunter2,Name=y",
        "--cli-input-json {\"MasterUserPassword\":\"hunter2\"}", "{\"a\":{\"SecretString\":\"x\\\"hunter2\"}}", "--api-key hunter2",
        "https://user:hunter2@example.com/", "--key AKIAHUNTER2AKIAHUNTER2", "ASIAHUNTER2ASIAHUNTER2" })
    void redactsSecrets(String arguments) {
        assertThat(CommandText.of(new Exec(List.of(("run " + arguments).split(" "))))).doesNotContainIgnoringCase("hunter2").contains("***");
    }

    @Test
    void redactsSecretsOfCallsButNotTheRest() {
        assertThat(CommandText.of(new AwsSdk("rds", "create-db-instance", "{\"MasterUserPassword\":\"hunter2\",\"Engine\":\"postgres\"}", "p", null)))
                .isEqualTo("aws rds create-db-instance --cli-input-json '{\"MasterUserPassword\":\"***\",\"Engine\":\"postgres\"}' --profile p");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "token", "token ", "\"token", "secret=", "--token", "://x:"})
    @Timeout(20)
    void longArgumentsTakeNoLongTime(String part) {
        assertThat(CommandText.of(new Exec(List.of("echo", part.repeat(1_000_000 / part.length()))))).isNotEmpty();
    }
}
