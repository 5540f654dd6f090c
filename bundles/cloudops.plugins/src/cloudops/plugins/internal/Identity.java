package cloudops.plugins.internal;

import java.io.IOException;
import java.util.Objects;
import java.util.jar.JarFile;

import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;

/** What a jar says that it is, in the part of it that is signed. */
record Identity(String id, String version) {

    static Identity ofBundle(JarFile jar) throws IOException {
        var manifest = jar.getManifest();
        if (manifest == null) {
            throw new IOException("it has no manifest");
        }
        var name = Objects.requireNonNullElse(manifest.getMainAttributes().getValue("Bundle-SymbolicName"), "");
        var version = Objects.requireNonNullElse(manifest.getMainAttributes().getValue("Bundle-Version"), "0");
        return new Identity(name.split(";", 2)[0].strip(), normal(version.strip()));
    }

    static Identity ofFeature(JarFile jar) throws IOException {
        var entry = jar.getEntry("feature.xml");
        if (entry == null) {
            throw new IOException("it has no feature.xml");
        }
        var factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try (var in = jar.getInputStream(entry)) {
            var xml = factory.createXMLStreamReader(in);
            xml.nextTag();
            return new Identity(xml.getAttributeValue(null, "id"), normal(Objects.requireNonNullElse(xml.getAttributeValue(null, "version"), "0")));
        } catch (XMLStreamException e) {
            throw new IOException("its feature.xml is no XML: " + e.getMessage(), e);
        }
    }

    private static String normal(String version) throws IOException {
        try {
            return org.osgi.framework.Version.parseVersion(version).toString();
        } catch (IllegalArgumentException e) {
            throw new IOException("it has no version: " + e.getMessage(), e);
        }
    }
}
