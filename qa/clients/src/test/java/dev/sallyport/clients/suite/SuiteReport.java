package dev.sallyport.clients.suite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What came of one run, by test: {@code package.Class#method(Type)#2} is the second invocation of a test with parameters.
 *
 * @param messages of the tests that failed
 */
public record SuiteReport(Map<String, Ending> endings, Map<String, String> messages) {

    /** A part of a unique id of JUnit's, such as {@code [method:reads()]}. */
    private static final Pattern SEGMENT = Pattern.compile("\\[([a-z-]+):((?:[^\\[\\]]|\\[\\])*)\\]");

    private static final String UNIQUE_ID = "unique-id: ";

    /** Reads the reports that JUnit's console launcher has written into {@code folder}. */
    static SuiteReport read(Path folder) {
        SuiteReport report = new SuiteReport(new TreeMap<>(), new TreeMap<>());
        for (Path file : reports(folder)) {
            NodeList cases = parsed(file).getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                report.add((Element) cases.item(i));
            }
        }
        return report;
    }

    private static List<Path> reports(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Document parsed(Path file) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            return builder.parse(file.toFile());
        } catch (ParserConfigurationException | SAXException e) {
            throw new IllegalStateException(file + " is no report of JUnit's", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(Element testCase) {
        String test = name(testCase);
        Ending ending = ending(testCase);
        endings.put(test, ending);
        if (ending == Ending.FAILED) {
            messages.put(test, message(testCase));
        }
    }

    private static Ending ending(Element testCase) {
        if (has(testCase, "failure") || has(testCase, "error")) {
            return Ending.FAILED;
        }
        return has(testCase, "skipped") ? Ending.SKIPPED : Ending.PASSED;
    }

    private static boolean has(Element testCase, String child) {
        return testCase.getElementsByTagName(child).getLength() > 0;
    }

    private static String message(Element testCase) {
        Element cause = (Element) testCase.getElementsByTagName(has(testCase, "failure") ? "failure" : "error")
                .item(0);
        return cause.getAttribute("type") + ": " + cause.getAttribute("message");
    }

    /** By the unique id where JUnit gives one: what it displays may hold what a run has made up. */
    private static String name(Element testCase) {
        NodeList outputs = testCase.getElementsByTagName("system-out");
        for (int i = 0; i < outputs.getLength(); i++) {
            String output = outputs.item(i).getTextContent();
            int id = output.indexOf(UNIQUE_ID);
            if (id >= 0) {
                return name(output.substring(id + UNIQUE_ID.length())
                        .lines()
                        .findFirst()
                        .orElseThrow());
            }
        }
        return testCase.getAttribute("classname") + "#" + testCase.getAttribute("name");
    }

    private static String name(String uniqueId) {
        StringBuilder name = new StringBuilder();
        Matcher segments = SEGMENT.matcher(uniqueId);
        while (segments.find()) {
            switch (segments.group(1)) {
                case "engine" -> {}
                case "class", "class-template", "runner" -> name.append(segments.group(2));
                case "nested-class", "nested-class-template" -> name.append('$').append(segments.group(2));
                case "method", "test", "test-template", "test-factory" ->
                    name.append('#').append(segments.group(2));
                default -> name.append(segments.group(2));
            }
        }
        return name.toString();
    }

    /** How many tests ended so. */
    public long count(Ending ending) {
        return endings.values().stream().filter(each -> each == ending).count();
    }
}
