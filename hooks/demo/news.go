package demo

// writeNews puts a few notices on the public page. They tell what the demo shows, and nothing else.
func (b *builder) writeNews() error {
	on := func(days int) string { return string(min(working(b.first.Add(days)), b.Today)) }
	for _, n := range []struct{ on, slug, language, title, body string }{
		{on(0), "toko-dibuka", "id", "Toko koperasi dibuka", "<p>Mulai besok toko buka pukul 08.00 sampai 16.00 di lobi lantai 1. Bawa kartu anggotamu; belanja bisa tunai atau potong gaji.</p>"},
		{on(0), "toko-dibuka", "en", "The co-op's shop opens", "<p>From tomorrow the shop is open from 8 to 4 in the lobby. Bring your card and pay in cash or from your next pay.</p>"},
		{on(20), "titipan-rumahan", "id", "Titipan makanan rumahan", "<p>Tujuh anggota menitipkan makanan buatan sendiri. Hasil jualnya milik mereka; koperasi hanya mengambil komisi, dan besarnya tertulis di halaman ini.</p>"},
		{on(20), "titipan-rumahan", "en", "Home-made food on our shelves", "<p>Seven members bring food they make themselves. What it sells for is theirs; the co-op keeps a commission, and this page says how much.</p>"},
		{on(40), "lihat-potonganmu", "id", "Potonganmu bisa dilihat sebelum dipotong", "<p>Di aplikasi anggota, rincian potongan bulan depan terlihat baris demi baris. Ada yang keliru? Sampaikan sebelum tanggal 20.</p>"},
		{on(40), "lihat-potonganmu", "en", "See your deduction before it happens", "<p>The member app shows next month's deduction line by line. Something wrong? Tell us before the 20th.</p>"},
	} {
		if _, err := b.save("news", map[string]any{"slug": n.slug, "title": n.title, "language": n.language, "body": n.body, "published_on": n.on, "public": true}); err != nil {
			return err
		}
	}
	return nil
}
