package member

import (
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
)

// Why a row of a staff list is refused or doubted, beside what document and the numbers say.
const (
	NameMissing         document.Code = "name_missing"
	IdentityMissing     document.Code = "identity_missing"
	NIPRepeated         document.Code = "nip_repeated"
	NIKRepeated         document.Code = "nik_repeated"
	SexContradicts      document.Code = "sex_contradicts"
	SexUnknown          document.Code = "sex_unknown"
	BirthDateDiffers    document.Code = "birth_date_differs"
	NIPMonthUnusual     document.Code = "nip_month_unusual"
	StatusUnknown       document.Code = "status_unknown"
	EmailInvalid        document.Code = "email_invalid"
	PhoneUnreadable     document.Code = "phone_unreadable"
	MemberNumberInvalid document.Code = "member_number_invalid"
	UnitCodeDiffers     document.Code = "unit_code_differs"
	UnitCodeReserved    document.Code = "unit_code_reserved"
	ChannelUnreadable   document.Code = "channel_unreadable"
	ChannelAmbiguous    document.Code = "channel_ambiguous"
)

// StaffColumns are the headers of staff lists and members' lists as offices write them.
var StaffColumns = document.Synonyms{
	"nip":               {"nip", "nip baru", "nip pegawai", "nip 18 digit", "nomor induk pegawai", "no induk pegawai", "no. induk", "nomor induk", "nip/nippppk", "nip/ni pppk", "nip pns", "nipppk", "ni pppk", "nip lama", "employee id", "civil servant number"},
	"nik":               {"nik", "no nik", "nomor nik", "nik ktp", "no ktp", "nomor ktp", "ktp", "nomor induk kependudukan", "no induk kependudukan", "national id", "identity number"},
	"office_number":     {"nomor pegawai", "no pegawai", "id pegawai", "kode pegawai", "nomor karyawan", "no karyawan", "npp", "nrp", "office number", "staff number", "employee number", "badge"},
	"name":              {"nama lengkap", "nama pegawai", "nama", "nama anggota", "nama karyawan", "nama lengkap dan gelar", "nama dan gelar", "nama dengan gelar", "name", "full name", "employee name", "member name"},
	"sex":               {"jenis kelamin", "jk", "j/k", "jns kelamin", "jenis kel", "l/p", "kelamin", "jk l/p", "sex", "gender"},
	"birth_date":        {"tanggal lahir", "tgl lahir", "tgl. lhr", "tanggal lhr", "tggl lahir", "tg lahir", "lahir", "birth date", "date of birth", "dob", "birthdate"},
	"status":            {"status pegawai", "status kepegawaian", "jenis pegawai", "jenis kepegawaian", "jns pegawai", "status", "status asn", "employment status", "employee status"},
	"grade":             {"golongan", "gol", "gol ruang", "gol/ruang", "golongan ruang", "golongan/ruang", "pangkat/gol", "pangkat golongan", "pangkat/golongan", "grade", "rank"},
	"channel":           {"saluran potongan", "saluran", "saluran potong gaji", "saluran pembayaran", "cara potong", "cara pemotongan", "cara bayar", "dipotong lewat", "potong lewat", "bayar lewat", "jalur potongan", "deduction channel", "channel", "deducted by"},
	"unit_code":         {"kode satker", "kd satker", "kdsatker", "satker kode", "kode satuan kerja", "kode unit", "kd unit", "kode unit kerja", "unit code", "work unit code"},
	"unit_name":         {"nama satker", "satker", "satuan kerja", "nama satuan kerja", "unit kerja", "nama unit kerja", "nama unit", "unit", "unit organisasi", "work unit", "unit name", "department"},
	"pay_rupiah":        {"gaji bersih", "gaji bersih rp", "gaji diterima", "take home pay", "thp", "penghasilan bersih", "gaji netto", "gaji neto", "net pay", "gaji", "penghasilan", "pay", "salary"},
	"email":             {"email", "e-mail", "surel", "alamat email", "alamat surel", "email address"},
	"phone":             {"no hp", "hp", "nomor hp", "no handphone", "handphone", "no telepon", "nomor telepon", "telepon", "no telp", "telp", "no wa", "wa", "whatsapp", "nomor whatsapp", "phone", "mobile", "phone number"},
	"member_number":     {"no anggota", "nomor anggota", "nomor anggota koperasi", "no anggota koperasi", "nomor buku anggota", "id anggota", "nba", "no agt", "member number", "member no", "member id"},
	"joined_on":         {"tanggal masuk", "tgl masuk", "tanggal masuk anggota", "tanggal jadi anggota", "tanggal menjadi anggota", "tgl jadi anggota", "tanggal bergabung", "tgl bergabung", "tanggal gabung", "tgl anggota", "tanggal keanggotaan", "joined on", "join date", "member since"},
	"consent_reference": {"nomor surat kuasa", "no surat kuasa", "surat kuasa", "nomor kuasa", "no kuasa", "nomor persetujuan", "no persetujuan", "nomor surat persetujuan", "no surat persetujuan", "nomor surat kuasa/persetujuan", "nomor surat kuasa potong gaji", "consent reference", "consent", "mandate reference"},
	"consent_date":      {"tanggal surat kuasa", "tgl surat kuasa", "tanggal kuasa", "tgl kuasa", "tanggal persetujuan", "tgl persetujuan", "tanggal surat persetujuan", "tgl surat persetujuan", "tanggal surat kuasa/persetujuan", "tanggal surat kuasa potong gaji", "consent date", "mandate date"},
	"mandate_max_rupiah": {"batas potongan", "maksimal potongan", "potongan maksimal", "maks potongan", "batas potong gaji", "maksimum potongan", "plafon potongan",
		"mandate maximum", "mandate max", "maximum deduction"},
}

// StaffRow is one person as a list has them; empty or nil means that the list does not say.
type StaffRow struct {
	Line             int
	NIP              NIP
	NIK              NIK
	OfficeNumber     string
	Name             string
	Sex              string // L or P
	BirthDate        string // YYYY-MM-DD
	Status           string // civil_servant, contract_servant, contract, retired, other
	Grade            string
	Channel          string // officer, bank, self
	UnitCode         string
	UnitName         string
	Pay              *money.Rupiah
	Email            string
	Phone            string
	MemberNumber     int64
	JoinedOn         string
	ConsentReference string
	ConsentDate      string
	MandateMax       *money.Rupiah
}

// staffReader reads one row's cells and collects all that is wrong with them.
type staffReader struct {
	layout   document.Layout
	row      document.Row
	problems []document.Problem
}

// ReadStaffRow reads one row of a staff or members' list. What identifies or pays a person must be readable or
// the row is rejected; what only helps to reach them is left out with a warning. All problems come at once.
func ReadStaffRow(layout document.Layout, row document.Row) (StaffRow, []document.Problem) {
	r := &staffReader{layout: layout, row: row}
	if r.isTotal() {
		r.reject("name", document.TotalLine)
		return StaffRow{Line: row.Line}, r.problems
	}
	if layout.Shifted(row) {
		r.reject("", document.ColumnsShifted)
		return StaffRow{Line: row.Line}, r.problems
	}
	staff := StaffRow{
		Line:             row.Line,
		OfficeNumber:     r.text("office_number", 40, false),
		Name:             r.text("name", 120, false),
		Sex:              r.sex(),
		BirthDate:        r.date("birth_date"),
		Status:           r.status(),
		Grade:            r.text("grade", 20, true),
		Channel:          r.channel(),
		UnitCode:         r.text("unit_code", 40, false),
		UnitName:         r.text("unit_name", 120, false),
		Pay:              r.amount("pay_rupiah"),
		Email:            r.email(),
		Phone:            r.phone(),
		MemberNumber:     r.memberNumber(),
		JoinedOn:         r.date("joined_on"),
		ConsentReference: r.text("consent_reference", 120, false),
		ConsentDate:      r.date("consent_date"),
		MandateMax:       r.amount("mandate_max_rupiah"),
	}
	var err error
	if staff.NIP, err = ParseNIP(r.cell("nip")); err != nil {
		r.reject("nip", err.(document.Code))
	}
	if staff.NIK, err = ParseNIK(r.cell("nik")); err != nil {
		if staff.NIP == "" {
			r.reject("nik", err.(document.Code))
		} else {
			r.warn("nik", NIKLeftOut) // the NIP names the person: the row is safe without this number
		}
	}
	r.compare(staff)
	return staff, r.problems
}

// compare asks whether the row names somebody, and whether what it says of them agrees.
func (r *staffReader) compare(s StaffRow) {
	if s.Name == "" && !r.blamed("name") {
		r.reject("name", NameMissing)
	}
	named := s.NIP != "" || s.NIK != "" || s.OfficeNumber != "" || s.MemberNumber != 0
	if !named && (s.BirthDate == "" || s.UnitCode == "" && s.UnitName == "") && !document.Rejected(r.problems) {
		r.reject("nip", IdentityMissing)
	}
	for _, number := range []string{s.NIP.Sex(), s.NIK.Sex()} {
		if s.Sex != "" && number != "" && number != s.Sex && !r.blamed("sex") {
			r.warn("sex", SexContradicts)
		}
	}
	if born := s.NIP.BirthDate(); born != "" && s.BirthDate != "" && born != s.BirthDate {
		r.warn("birth_date", BirthDateDiffers)
	}
	if s.NIP.CountsContracts() && s.Status == "civil_servant" {
		r.warn("nip", NIPMonthUnusual)
	}
	for _, doubt := range s.NIK.Doubts(s.BirthDate) {
		r.warn("nik", doubt)
	}
}

// isTotal recognises a line that adds up instead of naming a person, wherever its word stands, as long as no
// number of a person is in it.
func (r *staffReader) isTotal() bool {
	for _, field := range []string{"nip", "nik", "office_number", "member_number"} {
		cell := r.cell(field)
		if !document.IsTotal(cell) && strings.ContainsAny(bare(cell), "0123456789") {
			return false
		}
	}
	return slices.ContainsFunc(r.row.Cells, document.IsTotal)
}

func (r *staffReader) cell(field string) string { return r.layout.Cell(r.row, field) }

func (r *staffReader) add(field string, code document.Code, warning bool, params fault.Params) {
	r.problems = append(r.problems, document.Problem{Row: r.row.Line, Field: field, Code: code, Params: params, Warning: warning})
}

func (r *staffReader) reject(field string, code document.Code) { r.add(field, code, false, nil) }
func (r *staffReader) warn(field string, code document.Code)   { r.add(field, code, true, nil) }

// blamed says whether the field already has a problem; one cell is complained about once.
func (r *staffReader) blamed(field string) bool {
	for _, p := range r.problems {
		if p.Field == field {
			return true
		}
	}
	return false
}

// text reads a plain cell; lenient fields are left out with a warning, the others reject the row.
func (r *staffReader) text(field string, most int, lenient bool) string {
	cell := r.cell(field)
	text, err := document.Text(cell, most)
	if err == nil && document.IsFormulaError(cell) {
		text, err = "", document.FormulaError
	}
	if err != nil {
		r.add(field, err.(document.Code), lenient, fault.Params{"max": most})
	}
	return text
}

func (r *staffReader) date(field string) string {
	date, err := document.ParseDate(r.cell(field))
	if err != nil {
		r.reject(field, err.(document.Code))
	}
	return date
}

func (r *staffReader) amount(field string) *money.Rupiah {
	amount, present, err := document.ParseRupiah(r.cell(field))
	if err != nil {
		r.reject(field, err.(document.Code))
		return nil
	}
	if !present {
		return nil
	}
	return &amount
}

func (r *staffReader) sex() string {
	cell := strings.ToLower(strings.Trim(r.cell("sex"), ". "))
	switch strings.NewReplacer("-", "", " ", "").Replace(cell) {
	case "":
		return ""
	case "l", "lk", "lakilaki", "laki", "pria", "m", "male":
		return "L"
	case "p", "pr", "perempuan", "wanita", "w", "f", "female":
		return "P"
	}
	r.warn("sex", SexUnknown)
	return ""
}

// statuses are the kinds of staff by the words of staff lists.
var statuses = map[string]string{
	"pns": "civil_servant", "cpns": "civil_servant", "calonpns": "civil_servant", "pegawainegerisipil": "civil_servant", "asn": "civil_servant", "asnpns": "civil_servant", "civilservant": "civil_servant",
	"pppk": "contract_servant", "p3k": "contract_servant", "asnpppk": "contract_servant", "pppkparuhwaktu": "contract_servant", "contractservant": "contract_servant",
	"kontrak": "contract", "tenagakontrak": "contract", "pegawaikontrak": "contract", "honorer": "contract", "honor": "contract", "tenagahonorer": "contract", "ppnpn": "contract", "ppnpns": "contract", "nonasn": "contract", "nonpns": "contract", "pkwt": "contract", "thl": "contract", "outsourcing": "contract", "contract": "contract",
	"pensiun": "retired", "pensiunan": "retired", "purnatugas": "retired", "purnabakti": "retired", "retired": "retired",
	"lainnya": "other", "lain": "other", "lainlain": "other", "other": "other",
}

func (r *staffReader) status() string {
	cell := strings.ToLower(r.cell("status"))
	if cell == "" {
		return ""
	}
	if status, ok := statuses[strings.NewReplacer(" ", "", ".", "", "-", "", "/", "", "(", "", ")", "").Replace(cell)]; ok {
		return status
	}
	r.warn("status", StatusUnknown)
	return "other"
}

// channels are the ways of deduction by the words of lists.
var channels = map[string]string{
	"officer": ByOfficer, "bendaharagaji": ByOfficer, "bendahara": ByOfficer, "bendaharapengeluaran": ByOfficer, "jurubayar": ByOfficer, "ppabp": ByOfficer, "potonggaji": ByOfficer, "gaji": ByOfficer, "payrollofficer": ByOfficer,
	"bank": ByBank, "autodebet": ByBank, "autodebit": ByBank, "debetotomatis": ByBank, "rekening": ByBank, "transferbank": ByBank, "bankdebit": ByBank,
	"self": BySelf, "sendiri": BySelf, "bayarsendiri": BySelf, "setorsendiri": BySelf, "bayarmandiri": BySelf, "tunai": BySelf,
}

// channelWords are parts of longer answers, which say one thing only as long as all of them do.
var channelWords = map[string]string{"bank": ByBank, "debet": ByBank, "debit": ByBank, "sendiri": BySelf, "tunai": BySelf, "bendahara": ByOfficer, "potonggaji": ByOfficer}

// channel is what people are paid by: a word that nobody knows, or that may mean two things, rejects the row, for a
// wrong guess would ask the wrong office for the money. "Mandiri" is by oneself, and a bank.
func (r *staffReader) channel() string {
	cell := strings.ToLower(r.cell("channel"))
	if cell == "" {
		return ""
	}
	bare := strings.NewReplacer(" ", "", ".", "", "-", "", "/", "", "(", "", ")", "").Replace(cell)
	if channel, ok := channels[bare]; ok {
		return channel
	}
	meant := map[string]bool{}
	for word, channel := range channelWords {
		if strings.Contains(bare, word) {
			meant[channel] = true
		}
	}
	switch {
	case len(meant) == 1 && meant[ByBank] && strings.HasPrefix(bare, "bank"):
		return ByBank
	case len(meant) > 1 || strings.Contains(bare, "mandiri"):
		r.reject("channel", ChannelAmbiguous)
	default:
		r.reject("channel", ChannelUnreadable)
	}
	return ""
}

func (r *staffReader) email() string {
	cell := strings.ToLower(r.cell("email"))
	if cell == "" {
		return ""
	}
	address, err := mail.ParseAddress(cell)
	if err != nil || address.Address != cell || len(cell) > 254 || !strings.Contains(cell[strings.LastIndexByte(cell, '@')+1:], ".") {
		r.warn("email", EmailInvalid)
		return ""
	}
	return cell
}

var dialled = regexp.MustCompile(`^\+?[0-9]{7,15}$`)

// phone keeps the number as it is dialled inside the country: a spreadsheet drops the 0 in front of
// mobile numbers, and phones add +62.
func (r *staffReader) phone() string {
	cell := r.cell("phone")
	if cell == "" {
		return ""
	}
	number := strings.NewReplacer(" ", "", "-", "", ".", "", "(", "", ")", "").Replace(cell)
	if !dialled.MatchString(number) {
		r.warn("phone", PhoneUnreadable)
		return ""
	}
	switch {
	case strings.HasPrefix(number, "+62"):
		return "0" + strings.TrimPrefix(number[3:], "0")
	case strings.HasPrefix(number, "628"):
		return "0" + number[2:]
	case strings.HasPrefix(number, "8"):
		return "0" + number
	}
	return number
}

func (r *staffReader) memberNumber() int64 {
	cell := r.cell("member_number")
	if cell == "" {
		return 0
	}
	number, err := strconv.ParseInt(cell, 10, 64)
	if err != nil || number < 1 || number > 999_999_999 {
		r.reject("member_number", MemberNumberInvalid)
		return 0
	}
	return number
}

// FindRepeats rejects the second and every later row of an NIP or NIK, naming the first: one of them is a copy or
// belongs to somebody else, and only the office knows which. Give it the rows that were readable, so that a
// rejected row does not stand in the way of its corrected copy.
func FindRepeats(rows []StaffRow) []document.Problem {
	var problems []document.Problem
	nips, niks := map[NIP]int{}, map[NIK]int{}
	for i, row := range rows {
		at, code, field := -1, NIPRepeated, "nip"
		if first, seen := nips[row.NIP]; seen && row.NIP != "" {
			at = first
		} else if first, seen := niks[row.NIK]; seen && row.NIK != "" {
			at, code, field = first, NIKRepeated, "nik"
		}
		if at >= 0 {
			problems = append(problems, document.Problem{
				Row: row.Line, Field: field, Code: code, Params: fault.Params{"first": rows[at].Line, "line": row.Line},
			})
			continue
		}
		nips[row.NIP], niks[row.NIK] = i, i
	}
	return problems
}

// FindUnitConflicts warns of rows whose work unit has another code than most rows of the same unit's name have:
// a mistyped code would make a unit that does not exist. A split unit looks the same, so the rows stay readable.
func FindUnitConflicts(rows []StaffRow) []document.Problem {
	type usage struct {
		rows  int
		codes map[string]int
	}
	units := map[string]*usage{}
	each := func(visit func(row StaffRow, unit *usage)) {
		for _, row := range rows {
			name := strings.ToLower(row.UnitName)
			if name == "" || row.UnitCode == "" {
				continue
			}
			if units[name] == nil {
				units[name] = &usage{codes: map[string]int{}}
			}
			visit(row, units[name])
		}
	}
	each(func(row StaffRow, unit *usage) { unit.rows++; unit.codes[row.UnitCode]++ })
	var problems []document.Problem
	each(func(row StaffRow, unit *usage) {
		for usual, count := range unit.codes {
			if usual != row.UnitCode && count*2 > unit.rows {
				problems = append(problems, document.Problem{
					Row: row.Line, Field: "unit_code", Code: UnitCodeDiffers, Warning: true,
					Params: fault.Params{"unit": row.UnitName, "code": row.UnitCode, "usual": usual},
				})
			}
		}
	})
	return problems
}
