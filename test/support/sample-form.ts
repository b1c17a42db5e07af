/** The envelope and the status that every sample is a change of. */
export const qcvn = 'http://www.mic.gov.vn/TBT/QCVN_102_2016';

export type Sample = { readonly path: string; readonly text: string };

/** A PDF by its first bytes, without signature; whole enough for a reader that only looks for one. */
export const tinyPdf = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\nxref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \ntrailer<</Size 3/Root 1 0 R>>\nstartxref\n99\n%%EOF\n',
);

export const sampleDocument = (number: number): string => `<?xml version="1.0" encoding="UTF-8"?>
<edXML xmlns="${qcvn}">
  <edXML:edXMLEnvelope xmlns:edXML="${qcvn}">
    <edXML:edXMLHeader>
      <edXML:MessageHeader>
        <edXML:From><edXML:OrganId>H99.22</edXML:OrganId><edXML:OrganizationInCharge>UBND tỉnh Mẫu</edXML:OrganizationInCharge><edXML:OrganName>UBND xã Tân Lập</edXML:OrganName></edXML:From>
        <edXML:To><edXML:OrganId>H99.01</edXML:OrganId><edXML:OrganName>Sở Nội vụ tỉnh Mẫu</edXML:OrganName></edXML:To>
        <edXML:DocumentId>H99.22,2025/07/15,${number}/UBND-VX</edXML:DocumentId>
        <edXML:Code><edXML:CodeNumber>${number}</edXML:CodeNumber><edXML:CodeNotation>UBND-VX</edXML:CodeNotation></edXML:Code>
        <edXML:PromulgationInfo><edXML:Place>Tân Lập</edXML:Place><edXML:PromulgationDate>2025/07/15</edXML:PromulgationDate></edXML:PromulgationInfo>
        <edXML:DocumentType><edXML:Type>2</edXML:Type><edXML:TypeDetail>18</edXML:TypeDetail><edXML:TypeName>Công văn</edXML:TypeName></edXML:DocumentType>
        <edXML:Subject>V/v báo cáo kết quả chuyển đổi số số ${number}</edXML:Subject>
        <edXML:Content>Báo cáo kết quả chuyển đổi số 6 tháng đầu năm</edXML:Content>
        <edXML:SignerInfo><edXML:Competence>TM. ỦY BAN NHÂN DÂN</edXML:Competence><edXML:Position>Chủ tịch</edXML:Position><edXML:FullName>Nguyễn Văn A</edXML:FullName></edXML:SignerInfo>
        <edXML:OtherInfo><edXML:Priority>0</edXML:Priority><edXML:PromulgationAmount>1</edXML:PromulgationAmount><edXML:PageAmount>2</edXML:PageAmount></edXML:OtherInfo>
        <edXML:SteeringType>1</edXML:SteeringType>
        <edXML:ToPlaces><edXML:Place>Lưu: VT</edXML:Place></edXML:ToPlaces>
      </edXML:MessageHeader>
      <edXML:TraceHeaderList>
        <edXML:TraceHeader><edXML:OrganId>H99.22</edXML:OrganId><edXML:Timestamp>2025/07/15 08:30:00</edXML:Timestamp></edXML:TraceHeader>
        <edXML:Bussiness><edXML:BussinessDocType>0</edXML:BussinessDocType><edXML:BussinessDocReason>Văn bản điện tử mới</edXML:BussinessDocReason><edXML:Paper>0</edXML:Paper><edXML:StaffInfo><edXML:Department>Văn thư</edXML:Department><edXML:Staff>Trần Thị B</edXML:Staff><edXML:Email>vanthu@tanlap.example</edXML:Email></edXML:StaffInfo></edXML:Bussiness>
      </edXML:TraceHeaderList>
    </edXML:edXMLHeader>
    <edXML:edXMLBody>
      <edXML:edXMLManifest version="1.0">
        <edXML:Reference><edXML:ContentId>cid:3f1c7e0a</edXML:ContentId><edXML:ContentType>application/pdf</edXML:ContentType><edXML:Description>Văn bản chính</edXML:Description><edXML:AttachmentName>27_UBND-VX.pdf</edXML:AttachmentName></edXML:Reference>
      </edXML:edXMLManifest>
    </edXML:edXMLBody>
  </edXML:edXMLEnvelope>
  <AttachmentEncoded>
    <Attachment>
      <ContentId>cid:3f1c7e0a</ContentId>
      <AttachmentName>27_UBND-VX.pdf</AttachmentName>
      <Description>Văn bản chính</Description>
      <ContentType>application/pdf</ContentType>
      <edXML:ContentTransferEncoded xmlns:edXML="${qcvn}">${tinyPdf.toString('base64')}</edXML:ContentTransferEncoded>
    </Attachment>
  </AttachmentEncoded>
</edXML>
`;

const words: Readonly<Record<string, string>> = {
  '01': 'Đã đến, văn thư chưa xử lý',
  '02': 'Từ chối tiếp nhận: gửi không đúng thẩm quyền',
  '03': 'Đã tiếp nhận, vào sổ văn bản đến của đơn vị',
  '04': 'Phân công xử lý',
  '05': 'Đang xử lý',
  '06': 'Hoàn thành xử lý',
  '13': 'Yêu cầu lấy lại văn bản do gửi nhầm',
  '15': 'Đồng ý yêu cầu lấy lại',
  '16': 'Từ chối yêu cầu lấy lại vì đã xử lý xong',
};

const commune = ['H99.22', 'UBND xã Tân Lập'] as const;
const department = ['H99.01', 'Sở Nội vụ tỉnh Mẫu'] as const;

/** 13 goes the other way: from the document's sender to its recipient. */
export const sampleStatus = (code: string, number: number): string => {
  const [from, about] = code === '13' ? [commune, department] : [department, commune];
  return `<?xml version="1.0" encoding="UTF-8"?>
<edXML xmlns="${qcvn}">
  <edXML:edXMLEnvelope xmlns:edXML="${qcvn}">
    <edXML:edXMLHeader>
      <edXML:MessageHeader>
        <edXML:ResponseFor><edXML:OrganId>${about[0]}</edXML:OrganId><edXML:Code>${number}/UBND-VX</edXML:Code><edXML:PromulgationDate>2025/07/15</edXML:PromulgationDate><edXML:DocumentId>H99.22,2025/07/15,${number}/UBND-VX</edXML:DocumentId></edXML:ResponseFor>
        <edXML:From><edXML:OrganId>${from[0]}</edXML:OrganId><edXML:OrganName>${from[1]}</edXML:OrganName></edXML:From>
        <edXML:StaffInfo><edXML:Department>Văn thư</edXML:Department><edXML:Staff>Lê Thị C</edXML:Staff></edXML:StaffInfo>
        <edXML:StatusCode>${code}</edXML:StatusCode>
        <edXML:Description>${words[code] ?? ''}</edXML:Description>
        <edXML:Timestamp>2025/07/15 10:00:00</edXML:Timestamp>
      </edXML:MessageHeader>
    </edXML:edXMLHeader>
  </edXML:edXMLEnvelope>
</edXML>
`;
};
