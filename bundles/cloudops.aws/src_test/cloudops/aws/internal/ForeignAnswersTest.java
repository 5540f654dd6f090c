package cloudops.aws.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import cloudops.execution.Command;
import cloudops.execution.ExecutionRequest;

/** What is between us and AWS may answer in its place, with status 200. */
class ForeignAnswersTest {

    @TempDir
    Path folder;

    /** What was written to standard error, or {@code OK} and what was answered. */
    private String asked(String type, String body, String service, String operation, String params) throws Exception {
        var files = new AwsFolder(folder).config("[default]\nregion = us-east-1\n").credentials("[default]\n" + AwsFolder.KEYS);
        try (var server = new StubServer(200, type, body)) {
            var runner = new SdkRunner(SdkClasses.services(), files.environment(server.endpoint().toString()), files.keychain());
            try {
                var said = new StringBuffer();
                int exit = runner.run(ExecutionRequest.of(new Command.AwsSdk(service, operation, params, "default", null)), Map.of(),
                        (stream, line) -> said.append(line));
                return exit == 0 ? "OK" + said : said.toString();
            } finally {
                runner.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \r\n", "<html><body>Log in</body></html>", "<!DOCTYPE html>\n<HTML lang='en'></HTML>",
            "\u00ef\u00bb\u00bf<?xml version='1.0'?>\n<!-- Wi-Fi -->\n<html xmlns='http://www.w3.org/1999/xhtml'/>", "no XML & no {JSON"})
    void areNoAnswersWithoutMembers(String body) throws Exception {
        for (var call : new String[][] {{"ec2", "describe-instances"}, {"rds", "describe-db-instances"}, {"s3api", "list-buckets"}, {"iam", "list-users"}}) {
            var said = asked("text/xml", body, call[0], call[1], null);
            assertThat(said).as("%s", (Object[]) call).containsPattern("^(Unable to unmarshall|Could not parse XML) response");
        }
    }

    @Test
    void honestAnswersPass() throws Exception {
        assertThat(asked("text/xml", "<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>", "ec2", "describe-instances", null))
                .startsWith("OK").contains("\"Reservations\": []");
        assertThat(asked("text/xml", "<VersioningConfiguration/>", "s3api", "get-bucket-versioning", "{\"Bucket\":\"html\"}")).isEqualTo("OK");
        assertThat(asked("application/json", "", "s3api", "put-bucket-tagging", "{\"Bucket\":\"html\",\"Tagging\":{\"TagSet\":[]}}")).isEqualTo("OK");
    }
}
