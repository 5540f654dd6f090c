package cloudops.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine.TypeConversionException;

class OptionValuesTest {

    @ParameterizedTest
    @ValueSource(strings = { "all", "us-east-1", "us-gov-west-1", "cn-north-1", "us-iso-east-1", "eu-isoe-west-1", "ap-southeast-15", "eusc-de-east-1" })
    void regionsOfAllPartitionsAreTaken(String region) {
        assertThat(new RegionName().convert(region)).isEqualTo(region);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "us-east1", "US-EAST-1", "aws-global", "us-east-1 ", "us-east-1\n", "evil.example.com/", "$(reboot)", "--profile" })
    void otherRegionsAreRefused(String region) {
        assertThatThrownBy(() -> new RegionName().convert(region)).isInstanceOf(TypeConversionException.class).hasMessageContaining("us-east-1");
    }

    @ParameterizedTest
    @ValueSource(strings = { "http://127.0.0.1:5000", "https://vpce-1.ec2.us-east-1.vpce.amazonaws.com", "HTTP://localhost:1/" })
    void urlsOfEndpointsAreTaken(String url) {
        assertThat(new EndpointUrl().convert(url)).isEqualTo(URI.create(url));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "nonsense", "127.0.0.1:5000", "localhost:5000", "ftp://127.0.0.1", "http://", "http:///x", "http://a b", "file:/etc/passwd" })
    void otherUrlsAreRefused(String url) {
        assertThatThrownBy(() -> new EndpointUrl().convert(url)).isInstanceOf(TypeConversionException.class)
                .hasMessageEndingWith("is not the URL of an endpoint, as http://127.0.0.1:5000 is");
    }
}
