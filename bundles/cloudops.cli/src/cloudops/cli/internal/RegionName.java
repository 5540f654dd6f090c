package cloudops.cli.internal;

import java.util.regex.Pattern;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What may stand behind {@code --region}: a mistyped region would be a host that does not exist, which says nothing of the mistake. */
final class RegionName implements ITypeConverter<String> {

    private static final Pattern NAME = Pattern.compile("all|[a-z]{2,}(-[a-z]+)+-[0-9]{1,2}");

    @Override
    public String convert(String value) {
        if (!NAME.matcher(value).matches()) {
            throw new TypeConversionException("'" + value + "' is not the name of an AWS region, as us-east-1 is, nor all");
        }
        return value;
    }
}
