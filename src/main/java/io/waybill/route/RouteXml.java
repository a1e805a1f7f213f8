package io.waybill.route;

import io.waybill.WaybillException;
import io.waybill.flow.DataSet;
import io.waybill.flow.Flow;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.model.BeanFactoryDefinition;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.ModelToXMLDumper;
import org.apache.camel.support.PluginHelper;

/** Prints a flow's routes, and the beans that they refer to, in Camel's XML DSL. Placeholders stay placeholders. */
public record RouteXml(CamelContext context) {

    /** What is not read back as it is written. */
    private static final Pattern LOST = Pattern.compile(" uri=\"[^\"]*&amp;\\s");

    private static final String NAMESPACE = "http://camel.apache.org/schema/xml-io";

    /**
     * Prints a flow.
     *
     * @param dataSet the declared data set; null for one that is found by its name
     * @throws WaybillException when Camel's writer of XML is not there
     */
    public String print(Flow flow, DataSet dataSet) throws Exception {
        FlowRouteBuilder builder = FlowRouteBuilder.defined(context, flow, dataSet);
        StringWriter written = new StringWriter();
        XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(written);
        xml.writeStartElement("camel");
        xml.writeDefaultNamespace(NAMESPACE);
        xml.writeCharacters("\n");
        write(builder.parts().beans(), xml);
        xml.flush(); // what follows is XML already
        for (RouteConfigurationDefinition configuration :
                builder.getRouteConfigurationCollection().getRouteConfigurations()) {
            written.append(print(configuration)).append('\n');
        }
        for (RouteDefinition route : builder.getRouteCollection().getRoutes()) {
            written.append(print(route)).append('\n');
        }
        xml.writeEndElement();
        xml.flush();
        return written.append('\n').toString();
    }

    private String print(NamedNode definition) throws Exception {
        String xml = dumper().dumpModelAsXml(context, definition, false, true, false);
        if (LOST.matcher(xml).find()) {
            throw WaybillException.refusal(
                    "the flow cannot be printed as XML: in an endpoint's URI, Camel's XML DSL drops"
                            + " spaces behind an &, and a value of this one has such; yaml has them");
        }
        return xml.strip().replaceFirst(" xmlns=\"[^\"]*\"", ""); // which the whole has
    }

    private ModelToXMLDumper dumper() {
        try {
            return PluginHelper.getModelToXMLDumper(context);
        } catch (IllegalArgumentException e) { // as Camel says that there is none
            throw WaybillException.refusal(
                    "routes cannot be printed as XML: org.apache.camel:camel-xml-io, which writes"
                            + " them, is not on the class path");
        }
    }

    /** Camel's writer of beans does not escape what stands in their properties. */
    private static void write(List<BeanFactoryDefinition<?>> beans, XMLStreamWriter xml) throws XMLStreamException {
        for (BeanFactoryDefinition<?> bean : beans) {
            xml.writeCharacters("    ");
            xml.writeStartElement("bean");
            xml.writeAttribute("name", bean.getName());
            xml.writeAttribute("type", bean.getType());
            if (bean.getProperties().isEmpty()) { // an empty element is none that is read
                xml.writeEndElement();
                xml.writeCharacters("\n");
                continue;
            }
            xml.writeCharacters("\n        ");
            xml.writeStartElement("properties");
            for (Map.Entry<String, Object> property : bean.getProperties().entrySet()) {
                xml.writeCharacters("\n            ");
                xml.writeEmptyElement("property");
                xml.writeAttribute("key", property.getKey());
                xml.writeAttribute("value", String.valueOf(property.getValue()));
            }
            xml.writeCharacters("\n        ");
            xml.writeEndElement();
            xml.writeCharacters("\n    ");
            xml.writeEndElement();
            xml.writeCharacters("\n");
        }
    }
}
