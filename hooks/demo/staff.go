package demo

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"kpdk/hooks/internal/clock"
)

// workUnit is one office of the ministry that the demo invents. The codes begin with 99, which no
// treasury code does.
type workUnit struct{ code, name, officer string }

var workUnits = []workUnit{
	{"990101", "Sekretariat Kementerian", "Widya Kusumaningrum"},
	{"990102", "Biro Umum dan Keuangan", "Taufik Hidayatullah"},
	{"990103", "Biro Hukum dan Kerja Sama", "Maria Goreti Lalu"},
	{"990201", "Deputi Kelembagaan Koperasi", "Bonar Simatupang"},
	{"990202", "Deputi Pembiayaan dan Pengawasan", "Nurhayati Daeng"},
	{"990203", "Deputi Pengembangan Usaha", "Ketut Suardana"},
	{"990301", "Inspektorat", "Sri Handayani"},
	{"990401", "Pusat Data dan Pelatihan", "Fransiskus Mawo"},
}

var (
	menNames = strings.Fields(`Adi Agus Ahmad Andi Arif Bagus Bambang Bayu Budi Cahyo Candra Dani Darma Deni Dimas Dwi Edi Eko Fajar Ferdi
		Galih Gilang Hadi Hari Hendra Heru Ilham Imam Indra Irwan Joko Komang Lukman Made Markus Nanda Nyoman Oka Pandu Prasetyo
		Putu Rahmat Rangga Reza Rizal Rudi Samuel Satria Slamet Stefanus Sugeng Surya Teguh Tono Umar Wahyu Wawan Yohanes Yudi Yusuf`)
	womenNames = strings.Fields(`Aisyah Ambar Anggun Anisa Ayu Betty Citra Dewi Diah Dina Eka Endang Erna Fatimah Febri Fitri Gita Hana Hesti Ida
		Indah Intan Kadek Kartika Laras Lestari Lia Lina Luh Maria Maya Mega Melati Mira Nadia Nia Ningsih Nova Novi Nur
		Paulina Puji Putri Rahma Ratna Retno Rina Rini Ruth Sari Sekar Siti Tari Tika Tri Umi Wati Wulan Yanti Yuni`)
	lastNames = strings.Fields(`Aditama Anggraini Ardiansyah Asmara Batubara Budiman Damanik Darmawan Fauzi Firmansyah Ginting Gunawan Halim Hakim Handoko
		Harahap Hartono Hasibuan Hermawan Hidayat Iskandar Kadir Kurniawan Kusuma Lase Lubis Mahendra Maharani Manurung Maulana
		Mulyani Nababan Nasution Nugraha Nugroho Oktaviani Palar Pangestu Permana Pertiwi Pradana Prakoso Pramudya Purnama Rahayu
		Ramadhan Rumambi Safitri Saputra Saragih Setiawan Siahaan Silalahi Simbolon Sitorus Suryadi Susanto Syahputra Tambunan Tanjung
		Utami Wardhana Wibisono Wibowo Wijaya Wirawan Wulandari Yulianto Yuliana Zulkarnain`)
)

// employee is one invented person of the staff list.
type employee struct {
	office, name, sex, status, grade string
	born                             clock.Date
	nip, nik, email, phone           string
	unit                             workUnit
	pay                              int64
}

// payByGrade is what reaches the bank account in a month, in thousands of rupiah.
var payByGrade = []struct {
	grade string
	pay   int64
	often int
}{
	{"II/c", 4300, 4}, {"II/d", 4500, 6}, {"III/a", 5300, 20}, {"III/b", 5700, 18}, {"III/c", 6200, 14}, {"III/d", 6800, 13},
	{"IV/a", 7900, 9}, {"IV/b", 8800, 5}, {"IV/c", 9900, 2},
}

// inventStaff makes a staff list. Everybody in it is fictional: the region of each NIK (99) does not
// exist, and serials from 900 up are not given out in NIPs.
func inventStaff(rng *rand.Rand, count int, today clock.Date) []employee {
	staff, taken, nips, emails := make([]employee, count), map[string]bool{}, map[string]bool{}, map[string]int{}
	for i := range staff {
		e := &staff[i]
		e.office = fmt.Sprintf("P%05d", i+1)
		e.unit = workUnits[pick(rng, []int{16, 15, 8, 14, 13, 14, 9, 11})]
		first := menNames
		if e.sex = "L"; rng.IntN(100) < 52 {
			e.sex, first = "P", womenNames
		}
		for e.name == "" || taken[e.name] {
			e.name = first[rng.IntN(len(first))] + " " + lastNames[rng.IntN(len(lastNames))]
			if rng.IntN(4) == 0 {
				e.name = first[rng.IntN(len(first))] + " " + e.name
			}
		}
		taken[e.name] = len(taken) < 4000 // in a very long list names repeat, as they do in life
		e.hire(rng, i, today)
		for e.nip != "" && nips[e.nip] { // two people of one day: the next serial
			serial, _ := strconv.Atoi(e.nip[15:])
			e.nip = fmt.Sprintf("%s%03d", e.nip[:15], 900+(serial+1)%100)
		}
		nips[e.nip] = true
		words := strings.Fields(strings.ToLower(e.name))
		user := words[0] + "." + words[len(words)-1]
		if emails[user]++; emails[user] > 1 {
			user += strconv.Itoa(emails[user])
		}
		e.email = user + "@pegawai.example"
		e.phone = fmt.Sprintf("0800555%05d", i+1)
	}
	return staff
}

// hire gives a person dates, numbers, a grade and a pay that fit each other.
func (e *employee) hire(rng *rand.Rand, i int, today clock.Date) {
	age := 23 + rng.IntN(33)
	birthday := time.Date(today.Year()-age, time.Month(1+rng.IntN(12)), 1+rng.IntN(28), 0, 0, 0, 0, time.UTC)
	e.born = clock.Date(birthday.Format(time.DateOnly))
	entered := min(today.Year()-1, birthday.Year()+21+rng.IntN(min(12, age-21)))
	month, sex, day := 1+rng.IntN(12), "1", birthday.Day()
	if e.sex == "P" {
		sex, day = "2", day+40
	}
	e.nik = fmt.Sprintf("99%02d%02d%02d%02d%02d%04d", 1+i%40, 1+i%17, day, birthday.Month(), birthday.Year()%100, 1+i)
	switch kind := rng.IntN(100); {
	case kind < 68:
		g := payByGrade[pick(rng, often())]
		e.status, e.grade, e.pay = "PNS", g.grade, g.pay*1000
	case kind < 90:
		e.status, e.grade, e.pay, month = "PPPK", "IX", 5_400_000, 21
		entered = max(entered, today.Year()-4)
	default:
		e.status, e.pay = "Kontrak", 4_600_000
	}
	e.pay += int64(rng.IntN(13)) * 50_000
	if e.status != "Kontrak" {
		e.nip = fmt.Sprintf("%s%04d%02d%s%03d", birthday.Format("20060102"), entered, month, sex, 900+i%100)
	}
}

func often() []int {
	weights := make([]int, len(payByGrade))
	for i, g := range payByGrade {
		weights[i] = g.often
	}
	return weights
}

// staffFile writes the list the way a personnel office would send it.
func staffFile(staff []employee) ([]byte, error) {
	rows := [][]string{{"No Pegawai", "NIP", "NIK", "Nama Lengkap", "JK", "Tanggal Lahir", "Status Pegawai", "Golongan", "Kode Satker", "Nama Satker", "Gaji Bersih", "Email", "No HP"}}
	for _, e := range staff {
		rows = append(rows, []string{e.office, e.nip, e.nik, e.name, e.sex, e.born.Time().Format("02/01/2006"), e.status, e.grade,
			e.unit.code, e.unit.name, strconv.FormatInt(e.pay, 10), e.email, e.phone})
	}
	return semicolons(rows)
}

func semicolons(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = ';'
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

// pick draws an index by weight.
func pick(rng *rand.Rand, weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := rng.IntN(sum)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	return len(weights) - 1
}
