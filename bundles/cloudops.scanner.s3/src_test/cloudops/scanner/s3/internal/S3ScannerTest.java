package cloudops.scanner.s3.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.model.IamPermissions;
import cloudops.scanner.contract.AnsweredAccount;
import cloudops.scanner.contract.ScannerContract;
import cloudops.scanner.spi.AwsJson;
import cloudops.scanner.spi.ScanException;

class S3ScannerTest extends ScannerContract {

    private static final S3Scanner SCANNER = new S3Scanner();

    S3ScannerTest() {
        super(SCANNER);
    }

    @Test
    void bucketThatMayNotBeLookedAtIsFoundAllTheSame() throws Exception {
        var denied = AnsweredAccount.refused("AccessDenied", "AccessDenied");
        var account = new AnsweredAccount("aws").refuseAll(denied);

        var described = SCANNER.describe(raw("s3_bucket", "{'Name':'locked'}"), account);
        var bucket = SCANNER.transform(described, account);
        var verdicts = SCANNER.constraints(described, bucket, IamPermissions.unknown(SCANNER.actions("s3_bucket"), null, "no network"));

        assertThat(bucket.region()).isEqualTo("aws-global");
        assertThat(bucket.tags()).isEmpty();
        assertThat(bucket.metadata()).containsOnlyKeys("denied_details").containsEntry("denied_details", List.of("encryption", "lifecycle",
                "policy_status", "public_access_block", "region", "tags", "versioning"));
        assertThat(account.incompletes()).hasSize(7).containsOnly(denied);
        assertThat(verdicts.customConstraints()).as("nothing is claimed of what is not known").isEmpty();
        assertThat(verdicts.hasBackups()).isNull();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', value = {
        "{} | us-east-1", "{'LocationConstraint':null} | us-east-1", "{'LocationConstraint':''} | us-east-1",
        "{'LocationConstraint':'EU'} | eu-west-1", "{'LocationConstraint':'cn-north-1'} | cn-north-1"})
    void regionIsReadWhateverItsForm(String location, String region) throws Exception {
        var answer = raw("s3_bucket", location).data();
        var details = new ArrayList<String>();
        var account = new AnsweredAccount("aws").answer("s3api get-bucket-location", (params, asked) -> answer);
        for (var detail : List.of("tagging", "versioning", "encryption", "lifecycle-configuration", "policy-status")) {
            account.answer("s3api get-bucket-" + detail, (params, asked) -> regional(details, asked));
        }
        account.answer("s3api get-public-access-block", (params, asked) -> regional(details, asked));

        var bucket = SCANNER.transform(SCANNER.describe(raw("s3_bucket", "{'Name':'b'}"), account), account);

        assertThat(bucket.region()).isEqualTo(region);
        assertThat(details).as("details are asked where the bucket is").hasSize(6).containsOnly(region);
    }

    private static JsonNode regional(List<String> regions, String region) {
        regions.add(region);
        return AwsJson.object();
    }

    @ParameterizedTest
    @CsvSource({"Throttled, SlowDown", "NotFound, NoSuchBucket"})
    void anyOtherFailureFailsTheBucketSoThatTheEstateKeepsIt(String code, String awsCode) {
        var account = new AnsweredAccount("aws").refuseAll(AnsweredAccount.refused(code, awsCode));

        assertThatThrownBy(() -> SCANNER.describe(raw("s3_bucket", "{'Name':'busy','BucketRegion':'us-east-1'}"), account))
                .isInstanceOfSatisfying(ScanException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', nullValues = "none", delimiter = '|', value = {
        "'VERSIONING':{'Status':'Enabled'} | true | true | it keeps versions of its objects",
        "'VERSIONING':{'Status':'Suspended'} | true | none | it keeps no new versions, and replication is not scanned",
        "'VERSIONING':{} | false | none | it keeps no versions, and replication is not scanned",
        "'Name':'b' | none | none | whether it keeps versions is not known, and replication is not scanned"})
    void versionsAreBackups(String members, Boolean versioned, Boolean backups, String reason) throws Exception {
        var verdicts = judged("s3_bucket", "{'Name':'b'," + members + "}");

        assertThat(verdicts.customConstraints().get("versioned")).isEqualTo(versioned);
        assertThat(verdicts.hasBackups()).isEqualTo(backups);
        assertThat(verdicts.reasons()).containsEntry("has_backups", reason);
        assertThat(verdicts.reasons().get("can_delete")).contains(Boolean.TRUE.equals(versioned) ? "old versions too" : "whether it is empty is");
    }

    @Test
    void deletionIsNotPromised() throws Exception {
        var verdicts = judged("s3_bucket", "{'Name':'b'}", "s3:DeleteBucket");

        assertDeletable(verdicts, null, "whether it is empty is not known");
        assertThat(verdicts.canStop()).isFalse();
    }

    @Test
    void arnsAreOfTheirPartition() throws Exception {
        assertThat(SCANNER.transform(raw("s3_bucket", "{'Name':'b'}"), new AnsweredAccount("aws-cn")).arn()).isEqualTo("arn:aws-cn:s3:::b");
    }

    @Test
    void onlyActionsOnBucketsAreAsked() {
        assertThat(SCANNER.actions("s3_bucket")).noneMatch(action -> action.endsWith("Object"));
    }
}
