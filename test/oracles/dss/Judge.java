import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.pades.validation.PDFDocumentValidator;
import eu.europa.esig.dss.pdf.modifications.DefaultPdfDifferencesFinder;
import eu.europa.esig.dss.pdf.pdfbox.PdfBoxDefaultObjectFactory;
import eu.europa.esig.dss.policy.ValidationPolicy;
import eu.europa.esig.dss.policy.ValidationPolicyFacade;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonCertificateSource;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * java Judge FOLDER…: what EU DSS says of every PDF of the folders, as one JSON object by file name. Each folder holds
 * `anchors`, `chain` and `crls` (DER, all optional) and files.json with `judgedAt`. Nothing is fetched.
 */
public final class Judge {
    private final Path folder;
    private final ValidationPolicy policy;
    private final Date at;
    private final CommonTrustedCertificateSource anchors = new CommonTrustedCertificateSource();
    private final CommonCertificateSource chain = new CommonCertificateSource();
    private final ExternalResourcesCRLSource crls;

    private Judge(Path folder) throws Exception {
        this.folder = folder;
        this.policy = policy();
        Matcher found = Pattern.compile("\"judgedAt\"\\s*:\\s*\"([^\"]+)\"").matcher(Files.readString(folder.resolve("files.json")));
        if (!found.find()) throw new IllegalArgumentException("files.json has no judgedAt");
        this.at = Date.from(OffsetDateTime.parse(found.group(1)).toInstant());
        each("anchors", file -> anchors.addCertificate(certificate(file)));
        each("chain", file -> chain.addCertificate(certificate(file)));
        List<String> lists = new ArrayList<>();
        each("crls", file -> lists.add(file.getPath()));
        this.crls = lists.isEmpty() ? null : new ExternalResourcesCRLSource(lists.stream().map(FileDocument::new).toArray(FileDocument[]::new));
    }

    /**
     * The policy that DSS ships, where changes after signing fail instead of warning, the key usage of signers counts, and
     * EdDSA is allowed (ISO/TS 32002). Overlapping stays a warning: a seal lies over a signature (NĐ 30/2020, annex I).
     */
    private static ValidationPolicy policy() throws Exception {
        String text;
        try (InputStream shipped = Judge.class.getResourceAsStream("/policy/constraint.xml")) {
            text = new String(shipped.readAllBytes(), StandardCharsets.UTF_8);
        }
        String raised = text
            .replaceAll("<(ByteRangeCollision|DocMDP|FieldMDP|SigFieldLock|UndefinedChanges|KeyUsage) Level=\"WARN\"", "<$1 Level=\"FAIL\"")
            .replaceAll("<!--\\s*(<Algo[^>]*>EdDSA</Algo>)[^>]*-->", "$1");
        if (raised.equals(text)) throw new IllegalStateException("the policy of this version of DSS looks different");
        return ValidationPolicyFacade.newFacade().getValidationPolicy(new ByteArrayInputStream(raised.getBytes(StandardCharsets.UTF_8)));
    }

    private static CertificateToken certificate(File file) {
        return DSSUtils.loadCertificate(file);
    }

    private void each(String name, Consumer<File> take) {
        File[] files = folder.resolve(name).toFile().listFiles();
        if (files == null) return;
        Arrays.sort(files);
        for (File file : files) take.accept(file);
    }

    private String judged(File file) throws Exception {
        PDFDocumentValidator validator = new PDFDocumentValidator(new FileDocument(file));
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(anchors);
        verifier.setAdjunctCertSources(chain);
        verifier.setCrlSource(crls);
        // Nothing may come over the network.
        verifier.setAIASource(null);
        verifier.setOcspSource(null);
        validator.setCertificateVerifier(verifier);
        // Drawing every page of every revision takes most of its time, and a difference is a warning only.
        DefaultPdfDifferencesFinder differences = new DefaultPdfDifferencesFinder();
        differences.setMaximalPagesAmountForVisualComparison(0);
        PdfBoxDefaultObjectFactory reader = new PdfBoxDefaultObjectFactory();
        reader.setPdfDifferencesFinder(differences);
        validator.setPdfObjFactory(reader);
        validator.setValidationTime(at);
        validator.setEnableEtsiValidationReport(false);
        Reports reports = validator.validateDocument(policy);
        SimpleReport report = reports.getSimpleReport();
        DiagnosticData data = reports.getDiagnosticData();
        List<String> signatures = new ArrayList<>();
        for (String id : report.getSignatureIdList()) {
            SignatureWrapper one = data.getSignatureById(id);
            signatures.add(object(
                "indication", quoted(String.valueOf(report.getIndication(id))),
                "subIndication", report.getSubIndication(id) == null ? "null" : quoted(report.getSubIndication(id).name()),
                "intact", String.valueOf(one.isSignatureIntact()),
                "valid", String.valueOf(one.isSignatureValid()),
                "bestTime", quoted(String.valueOf(report.getBestSignatureTime(id).toInstant())),
                "overlap", String.valueOf(!one.getPdfAnnotationsOverlapConcernedPages().isEmpty()),
                "undefinedChanges", String.valueOf(!one.getPdfUndefinedChanges().isEmpty()),
                "formChanges", String.valueOf(!one.getPdfSignatureOrFormFillChanges().isEmpty()),
                "annotationChanges", String.valueOf(!one.getPdfAnnotationChanges().isEmpty())));
        }
        return object("signatures", "[" + String.join(",", signatures) + "]");
    }

    private static String object(String... pairs) {
        StringBuilder text = new StringBuilder("{");
        for (int at = 0; at < pairs.length; at += 2) text.append(at == 0 ? "" : ",").append(quoted(pairs[at])).append(':').append(pairs[at + 1]);
        return text.append('}').toString();
    }

    private static String quoted(String text) {
        return '"' + text.replaceAll("[\\x00-\\x1f\"\\\\]", " ") + '"';
    }

    public static void main(String[] words) throws Exception {
        List<String> said = new ArrayList<>();
        for (String word : words) said.addAll(new Judge(Path.of(word)).all());
        new PrintStream(System.out, true, StandardCharsets.UTF_8).println("{" + String.join(",\n", said) + "}");
        System.exit(0);
    }

    private List<String> all() {
        List<String> said = new ArrayList<>();
        File[] files = folder.toFile().listFiles((within, name) -> name.endsWith(".pdf"));
        Arrays.sort(files);
        for (File file : files) {
            String name = file.getName().substring(0, file.getName().length() - 4);
            String found;
            try {
                found = judged(file);
            } catch (Exception | StackOverflowError | OutOfMemoryError error) {
                String text = error.getClass().getSimpleName() + ": " + error.getMessage();
                found = object("signatures", "[]", "unreadable", quoted(text.substring(0, Math.min(200, text.length()))));
            }
            said.add(quoted(name) + ":" + found);
        }
        return said;
    }
}
