package cloudops.execution.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.execution.Command.AwsCli;
import cloudops.execution.Command.AwsSdk;
import cloudops.execution.Command.Exec;
import cloudops.execution.Command.Shell;

class CommandTextTest {

    @Test
    void isWhatAPersonWouldType() {
        assertThat(CommandText.of(new Exec(List.of("echo", "a b", "it's", "", "$(x)")))).isEqualTo("echo 'a b' 'it'\\''s' '' '$(x)'");
        assertThat(CommandText.of(new AwsCli("rds", "stop-db-instance", List.of("--db-instance-identifier", "pg-main"), "prod", "eu-west-1")))
                .isEqualTo("aws rds stop-db-instance --db-instance-identifier pg-main --profile prod --region eu-west-1");
        assertThat(new AwsCli("rds", "x", List.of("--profile", "mine", "--region=eu-west-1"), "prod", "eu-west-2").words())
                .containsExactly("aws", "rds", "x", "--profile", "mine", "--region=eu-west-1");
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

    /** Each in words of an argument list, separated by {@code |}. */
    @ParameterizedTest
    @CsvSource(delimiter = '#', quoteCharacter = '\0', value = {
        "curl|-H|Authorization: Bearer hun ter2|https://x/ # curl -H 'Authorization: Bearer ***' https://x/",
        "curl|-H|X-Api-Key:hunter2|https://x/ # curl -H 'X-Api-Key:***' https://x/",
        "curl|-u|joe:hunter2|x # curl -u 'joe:***' x", "/usr/bin/curl|-ujoe:hunter2 # /usr/bin/curl '-ujoe:***'",
        "curl|--user=joe:hunter2 # curl '--user=joe:***'", "curl|-u|joe|x # curl -u joe x",
        "sudo|mysql|-phunter2|-u|root # sudo mysql -p*** -u root", "mysql|-p|shop # mysql -p shop", "mkdir|-p|shop # mkdir -p shop",
        "aws|rds|x|--master-user-password=hunter2 hunter2,AND;hunter2 # aws rds x --master-user-password=***",
        "aws|ssm|put-parameter|--type|SecureString|--value|hunter2|--name|db # aws ssm put-parameter --type SecureString --value *** --name db",
        "aws|ssm|put-parameter|--value=hunter2 # aws ssm put-parameter --value=***", "aws|x|--value|shown # aws x --value shown",
        "aws|x|ParameterKey=DbPassword,ParameterValue=hunter2 # aws x 'ParameterKey=DbPassword,ParameterValue=***'",
        "aws|x|ParameterValue=hunter2,ParameterKey=DbPassword # aws x 'ParameterValue=***,ParameterKey=DbPassword'",
        "aws|x|ParameterKey=Size,ParameterValue=4 # aws x ParameterKey=Size,ParameterValue=4",
        "aws|x|[{\"Name\": \"DB_TOKEN\", \"Value\": \"hunter2\"}] # aws x '[{\"Name\": \"DB_TOKEN\", \"Value\": \"***\"}]'",
        "env|TOKEN=hunter2 hunter2|x # env 'TOKEN=***' x", "redis-cli|-a|hunter2 # redis-cli -a '***'",
        "aws|sm|get-secret-value|--arn|arn:aws:secretsmanager:x:1:secret:prod/db # aws sm get-secret-value --arn arn:aws:secretsmanager:x:1:secret:prod/db",
        "aws|iam|x|--action-names|secretsmanager:GetSecretValue # aws iam x --action-names secretsmanager:GetSecretValue" })
    void redactsWordsAndShowsTheRest(String words, String shown) {
        var text = CommandText.of(new Exec(List.of(words.strip().split("\\|"))));
        assertThat(text.replace("'", "")).isEqualTo(shown.strip().replace("'", ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', quoteCharacter = '\0', value = {
        "TOKEN=\"hun ter2\" run; echo 'it is' done # TOKEN=*** run; echo 'it is' done",
        "mysql --password hunter2 -e 'select 1' | wc # mysql --password *** -e 'select 1' | wc",
        "x | mysql -phunter2 # x | mysql -p***", "mysql --password='hun;ter2' && ls # mysql --password=*** && ls",
        "curl -H 'Authorization: Custom hun ter2' x # curl -H \"Authorization: ***\" x",
        "curl -d '{\"password\": \"hunter2\", \"a\": 1}' x # curl -d '{\"password\": \"***\", \"a\": 1}' x",
        "bash -ec \"mysql -phunter2\" # bash -ec \"mysql -p***\"", "password = hunter2 # password = ***", "echo \"it's\" # echo \"it's\"",
        "echo 'never closed --password hunter2 # echo 'never closed --password ***" })
    void redactsWithinShellText(String script, String shown) {
        assertThat(CommandText.of(new Shell(script.strip()))).isEqualTo("sh -c " + CommandText.quote(shown.strip()));
        assertThat(CommandText.of(new Exec(List.of("sh", "-c", script.strip())))).isEqualTo("sh -c " + CommandText.quote(shown.strip()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', quoteCharacter = '\0', value = {
        "rejected Authorization: Bearer hunter2hunter2, sorry # rejected Authorization: Bearer ***, sorry",
        "failed: mysql --password 'hun ter2' -e x # failed: mysql --password *** -e x", "x-api-key: hunter2 was wrong # x-api-key: *** was wrong",
        "ExpiredTokenException: The security token is invalid # ExpiredTokenException: The security token is invalid",
        "bad body {\\\"password\\\": \\\"hunter2\\\"} # bad body {\\\"password\\\": \\\"***\\\"}",
        "it can't find the secret # it can't find the secret" })
    void redactsMessages(String message, String shown) {
        assertThat(CommandText.redact(message.strip())).isEqualTo(shown.strip());
    }

    @Test
    void redactsSecretsOfCallsButNotTheRest() {
        assertThat(CommandText.of(new AwsSdk("rds", "create-db-instance", "{\"MasterUserPassword\":\"hunter2\",\"Engine\":\"postgres\"}", "p", null)))
                .isEqualTo("aws rds create-db-instance --cli-input-json '{\"MasterUserPassword\":\"***\",\"Engine\":\"postgres\"}' --profile p");
        assertThat(CommandText.of(new AwsSdk("ssm", "put-parameter", "{\"Type\":\"SecureString\",\"Value\":\"hunter2\",\"Name\":\"n\"}", null, null)))
                .isEqualTo("aws ssm put-parameter --cli-input-json '{\"Type\":\"SecureString\",\"Value\":\"***\",\"Name\":\"n\"}'");
    }

    @ParameterizedTest
    @ValueSource(strings = { "x", "token", "token ", "\"token", "secret=", "--token", "://x:", "value=", "key=a", "key=token,", "password: ", "'", "\"", "\\",
        "\\\"token", "bearer ", "-", "--token \"", " ", "\"name\":\"token\",", "sh -c '", "sh -c ", "a-token", "AKIA", "-H '", "(", "curl -u " })
    void longArgumentsTakeNoLongTime(String part) {
        var text = part.repeat(1_000_000 / part.length());
        // some 0.4 s on an idle machine; minutes, should a pattern go back and forth
        assertTimeout(Duration.ofSeconds(3), () -> CommandText.of(new Exec(List.of("echo", text))));
        assertTimeout(Duration.ofSeconds(3), () -> CommandText.of(new Shell(text)));
        assertTimeout(Duration.ofSeconds(3), () -> CommandText.redact(text));
    }
}
