package cloudops.cli.internal;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What may stand behind {@code --endpoint-url}. */
final class EndpointUrl implements ITypeConverter<URI> {

    @Override
    public URI convert(String value) {
        try {
            var url = new URI(value);
            if (url.getScheme() != null && Set.of("http", "https").contains(url.getScheme().toLowerCase(Locale.ROOT)) && url.getHost() != null) {
                return url;
            }
            throw refused(value);
        } catch (URISyntaxException e) {
            throw refused(value);
        }
    }

    private static TypeConversionException refused(String value) {
        return new TypeConversionException("'" + value + "' is not the URL of an endpoint, as http://127.0.0.1:5000 is");
    }
}
