/** What stands in README.txt of a backup folder, for whoever finds it in a bad hour. */
export const guide = `BẢN SAO LƯU CỦA TRỤC LIÊN THÔNG VĂN BẢN (LienThong)
======================================================

Mỗi thư mục tên dạng 20261123T051500123Z là một bản sao lưu trọn vẹn tại thời điểm đó (giờ UTC), cùng với các tệp
dùng chung trong originals/ và evidence/. Thư mục đuôi .partial là bản làm dở, bỏ qua.

BÍ MẬT: hub-key.pem là khóa ký của Trục. Ai có tệp này ký được biên nhận thay Trục. lienthong.db và
originals/ chứa nội dung văn bản. Bảo quản thư mục này như bảo quản chính máy chủ Trục.

Kiểm tra:    lienthong backup --verify THƯ-MỤC-NÀY
             (hoặc, không cần phần mềm: cd 2026… && sha256sum -c SHA256SUMS)
Khôi phục:   LIENTHONG_DATA=/duong/dan/trong lienthong restore THƯ-MỤC-NÀY
             Chỉ khôi phục vào thư mục dữ liệu chưa có gì. Sau đó xem mục "Restoring" của spec/operations.md.

Không có trong bản sao lưu: tệp cấu hình, biến môi trường, và khóa đặt bằng LIENTHONG_KEY, LIENTHONG_TLS_KEY.

------------------------------------------------------
A BACKUP OF A LIENTHONG HUB

Each folder named like 20261123T051500123Z is complete as of that moment (UTC), together with the shared files under
originals/ and evidence/. A folder ending in .partial is unfinished: ignore it.

SECRET: hub-key.pem signs receipts in the hub's name; lienthong.db and originals/ hold the documents. Guard this
folder like the hub itself.

Verify:      lienthong backup --verify THIS-FOLDER      (or, without the program: cd 2026… && sha256sum -c SHA256SUMS)
Restore:     LIENTHONG_DATA=/an/empty/folder lienthong restore THIS-FOLDER

Not in here: the configuration, the environment, and keys given by LIENTHONG_KEY or LIENTHONG_TLS_KEY.
`;
