//! Names from many languages, with the letters that a username may have.

/// People of one language: where they live and what they are called.
pub struct Locale {
    /// Language tag.
    pub language: &'static str,
    /// Country and time zone.
    pub places: &'static [(&'static str, &'static str)],
    /// First names, separated by spaces; `name:ascii` where a username is written otherwise.
    pub first: &'static str,
    /// Last names, likewise.
    pub last: &'static str,
    /// Whether the family name comes first.
    pub family_first: bool,
    /// How many of 100 people.
    pub weight: u32,
}

/// All languages.
pub const LOCALES: [Locale; 14] = [
    Locale {
        language: "en",
        places: &[
            ("GB", "Europe/London"),
            ("US", "America/New_York"),
            ("US", "America/Los_Angeles"),
            ("IE", "Europe/Dublin"),
            ("AU", "Australia/Sydney"),
        ],
        first: "Alice Amelia Benjamin Charlotte Daniel Eleanor Emma Ethan Grace Harry Isla Jack James Lily Lucas Megan Nathan Olivia Oscar Ruby Samuel Sophie Thomas Zoe",
        last: "Adams Baker Bennett Clarke Cooper Davies Edwards Evans Foster Green Harris Hughes Jenkins Kelly Lewis Marshall Mitchell O'Brien:obrien Palmer Reid Shaw Turner Walker Wright",
        family_first: false,
        weight: 24,
    },
    Locale {
        language: "de",
        places: &[("DE", "Europe/Berlin"), ("AT", "Europe/Vienna"), ("CH", "Europe/Zurich")],
        first: "Anna Anton Clara David Elias Emil Frieda Greta Hannah Jonas Jürgen:juergen Käthe:kaethe Lena Leon Lukas Marie Matthias Paul Sabine Sören:soeren Theresa Ulrike",
        last: "Bauer Becker Böhm:boehm Fischer Fuchs Groß:gross Hoffmann Jäger:jaeger Keller Klein Krüger:krueger Lehmann Müller:mueller Neumann Richter Schäfer:schaefer Schmidt Schneider Vogel Wagner Weber Winkler",
        family_first: false,
        weight: 11,
    },
    Locale {
        language: "fr",
        places: &[("FR", "Europe/Paris"), ("BE", "Europe/Brussels"), ("CA", "America/Toronto")],
        first: "Adèle:adele Antoine Aurélie:aurelie Camille Chloé:chloe Clément:clement Élodie:elodie Étienne:etienne François:francois Gaëlle:gaelle Hugo Inès:ines Jeanne Jérôme:jerome Léa:lea Louis Manon Margaux Mathieu Noé:noe Rémi:remi Zoé:zoe",
        last: "Bernard Blanchard Chevalier Dubois Dupont Durand Faure Fontaine Garnier Girard Lambert Laurent Lefèvre:lefevre Mercier Moreau Morel Petit Renard Rousseau Roux Simon Vidal",
        family_first: false,
        weight: 9,
    },
    Locale {
        language: "es",
        places: &[
            ("ES", "Europe/Madrid"),
            ("MX", "America/Mexico_City"),
            ("AR", "America/Argentina/Buenos_Aires"),
            ("CO", "America/Bogota"),
        ],
        first: "Alejandra Álvaro:alvaro Ana Beatriz Carlos Carmen Diego Elena Gonzalo Inés:ines Javier José:jose Lucía:lucia Manuel María:maria Marta Miguel Óscar:oscar Pablo Raúl:raul Sofía:sofia Verónica:veronica",
        last: "Álvarez:alvarez Castro Delgado Díaz:diaz Domínguez:dominguez Fernández:fernandez García:garcia Gómez:gomez González:gonzalez Gutiérrez:gutierrez Hernández:hernandez Ibáñez:ibanez Jiménez:jimenez López:lopez Martín:martin Moreno Muñoz:munoz Ortega Peña:pena Ramos Romero Vega",
        family_first: false,
        weight: 9,
    },
    Locale {
        language: "pt",
        places: &[("PT", "Europe/Lisbon"), ("BR", "America/Sao_Paulo")],
        first: "Afonso Beatriz Bruno Catarina Cláudia:claudia Conceição:conceicao Duarte Fernanda Gonçalo:goncalo Helena Inês:ines João:joao Júlia:julia Letícia:leticia Luís:luis Mafalda Mariana Nuno Rafael Sebastião:sebastiao Thiago Vitória:vitoria",
        last: "Almeida Araújo:araujo Barbosa Cardoso Carvalho Conceição:conceicao Correia Costa Ferreira Fonseca Gonçalves:goncalves Lopes Magalhães:magalhaes Martins Melo Nogueira Oliveira Pereira Ribeiro Rocha Sousa Teixeira",
        family_first: false,
        weight: 6,
    },
    Locale {
        language: "it",
        places: &[("IT", "Europe/Rome"), ("CH", "Europe/Zurich")],
        first: "Alessandro Alice Beatrice Chiara Davide Edoardo Elisa Federica Filippo Giada Giulia Lorenzo Luca Martina Matteo Niccolò:niccolo Noemi Riccardo Sofia Tommaso Valentina Vittoria",
        last: "Barbieri Bianchi Bruno Caruso Colombo Conti Costa DeLuca:deluca Esposito Ferrari Fontana Galli Gallo Greco Lombardi Marino Moretti Ricci Rinaldi Romano Russo Santoro",
        family_first: false,
        weight: 6,
    },
    Locale {
        language: "nb",
        places: &[("NO", "Europe/Oslo"), ("SE", "Europe/Stockholm"), ("DK", "Europe/Copenhagen")],
        first: "Aksel Åse:aase Astrid Bjørn:bjorn Eirik Freja Håkon:hakon Ida Ingrid Jørgen:jorgen Kari Lars Linnéa:linnea Magnus Maja Nora Øystein:oystein Signe Sindre Solveig Søren:soren Tuva",
        last: "Andersen Åberg:aberg Bakken Berg Dahl Eriksen Haugen Holm Hansen Jørgensen:jorgensen Kristiansen Larsen Lindqvist Lund Moen Nilsson Nygård:nygard Olsen Ødegård:odegard Solberg Strand Sørensen:sorensen",
        family_first: false,
        weight: 7,
    },
    Locale {
        language: "pl",
        places: &[("PL", "Europe/Warsaw"), ("CZ", "Europe/Prague")],
        first: "Agnieszka Bartosz Błażej:blazej Dorota Elżbieta:elzbieta Filip Grzegorz Hanna Jakub Joanna Kacper Łukasz:lukasz Maciej Magdalena Małgorzata:malgorzata Michał:michal Paweł:pawel Piotr Stanisław:stanislaw Tomáš:tomas Wojciech Zofia",
        last: "Dąbek:dabek Dvořák:dvorak Gołąb:golab Jabłoński:jablonski Kamiński:kaminski Kowalczyk Krawczyk Lis Mazur Nowak Pawlak Piątek:piatek Sikora Sobczak Stępień:stepien Szymański:szymanski Walczak Wieczorek Wójcik:wojcik Wrona Zając:zajac Zieliński:zielinski",
        family_first: false,
        weight: 6,
    },
    Locale {
        language: "uk",
        places: &[("UA", "Europe/Kyiv")],
        first: "Андрій:andrii Богдан:bohdan Вікторія:viktoriia Дарина:daryna Дмитро:dmytro Катерина:kateryna Леся:lesia Максим:maksym Марія:mariia Наталія:nataliia Олександр:oleksandr Олена:olena Оксана:oksana Роман:roman Соломія:solomiia Тарас:taras Юлія:yuliia Ярослав:yaroslav",
        last: "Бойко:boiko Бондаренко:bondarenko Гончар:honchar Даниленко:danylenko Кравченко:kravchenko Коваленко:kovalenko Лисенко:lysenko Мельник:melnyk Мороз:moroz Олійник:oliinyk Павленко:pavlenko Петренко:petrenko Поліщук:polishchuk Савченко:savchenko Сидоренко:sydorenko Ткаченко:tkachenko Шевченко:shevchenko Ярема:yarema",
        family_first: false,
        weight: 5,
    },
    Locale {
        language: "el",
        places: &[("GR", "Europe/Athens"), ("CY", "Asia/Nicosia")],
        first: "Αλέξανδρος:alexandros Άννα:anna Βασίλης:vasilis Γεωργία:georgia Δημήτρης:dimitris Ελένη:eleni Θανάσης:thanasis Ιωάννα:ioanna Κατερίνα:katerina Κώστας:kostas Μαρία:maria Νίκος:nikos Παναγιώτης:panagiotis Σοφία:sofia Στέλιος:stelios Χρήστος:christos",
        last: "Αλεξίου:alexiou Βλάχος:vlachos Γεωργίου:georgiou Δημητρίου:dimitriou Ιωάννου:ioannou Καραγιάννης:karagiannis Κωνσταντίνου:konstantinou Μακρής:makris Νικολάου:nikolaou Οικονόμου:oikonomou Παππάς:pappas Παπαδόπουλος:papadopoulos Σταύρου:stavrou Χατζής:chatzis",
        family_first: false,
        weight: 3,
    },
    Locale {
        language: "zh",
        places: &[("CN", "Asia/Shanghai"), ("TW", "Asia/Taipei"), ("SG", "Asia/Singapore")],
        first: "伟:wei 芳:fang 娜:na 秀英:xiuying 敏:min 静:jing 丽:li 强:qiang 磊:lei 洋:yang 艳:yan 勇:yong 杰:jie 娟:juan 涛:tao 明:ming 超:chao 霞:xia 平:ping 桂英:guiying",
        last: "陈:chen 李:li 王:wang 张:zhang 刘:liu 杨:yang 黄:huang 赵:zhao 吴:wu 周:zhou 徐:xu 孙:sun 马:ma 朱:zhu 胡:hu 林:lin 郭:guo 何:he 高:gao 罗:luo",
        family_first: true,
        weight: 5,
    },
    Locale {
        language: "ja",
        places: &[("JP", "Asia/Tokyo")],
        first: "陽菜:hina 蓮:ren 結衣:yui 大翔:hiroto 美咲:misaki 悠真:yuma さくら:sakura 颯太:sota 葵:aoi 翔太:shota 七海:nanami 健太:kenta 彩花:ayaka 直樹:naoki 真由美:mayumi 拓海:takumi",
        last: "佐藤:sato 鈴木:suzuki 高橋:takahashi 田中:tanaka 伊藤:ito 渡辺:watanabe 山本:yamamoto 中村:nakamura 小林:kobayashi 加藤:kato 吉田:yoshida 山田:yamada 佐々木:sasaki 山口:yamaguchi 松本:matsumoto 井上:inoue",
        family_first: true,
        weight: 4,
    },
    Locale {
        language: "hi",
        places: &[("IN", "Asia/Kolkata")],
        first: "Aarav Aditi Ananya Arjun Deepika Divya Ishaan Kavya Lakshmi Manish Meera Neha Nikhil Pooja Priya Rahul Rajesh Rohan Sanjay Shreya Sunita Vikram",
        last: "Agarwal Bhat Chatterjee Choudhury Desai Gupta Iyer Jain Joshi Kapoor Khan Kumar Malhotra Mehta Menon Mukherjee Nair Patel Rao Reddy Sharma Singh",
        family_first: false,
        weight: 3,
    },
    Locale {
        language: "ar",
        places: &[("EG", "Africa/Cairo"), ("AE", "Asia/Dubai"), ("MA", "Africa/Casablanca")],
        first: "أحمد:ahmed آمنة:amina بلال:bilal خالد:khaled دينا:dina رانيا:rania زينب:zainab سارة:sara سامي:sami عمر:omar فاطمة:fatima كريم:karim ليلى:layla محمد:mohamed مريم:mariam نور:nour هدى:huda يوسف:youssef",
        last: "إبراهيم:ibrahim البكري:albakri التونسي:altounsi الحداد:alhaddad الخطيب:alkhatib السيد:elsayed الشريف:alsharif العمري:alomari الفاسي:alfassi القاضي:alqadi المصري:almasri النجار:alnajjar حسن:hassan خليل:khalil سليمان:suleiman منصور:mansour ناصر:nasser يعقوب:yaqoub",
        family_first: false,
        weight: 2,
    },
];

/// A name with the letters that a username may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// As people write it.
    pub written: &'static str,
    /// As a username writes it.
    pub ascii: String,
}

/// Reads a list of names.
pub fn read(list: &'static str) -> Vec<Name> {
    list.split(' ')
        .map(|entry| match entry.split_once(':') {
            Some((written, ascii)) => Name { written, ascii: ascii.to_owned() },
            None => Name { written: entry, ascii: entry.to_lowercase() },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use quarterdeck_domain::text;

    use super::*;

    #[test]
    fn every_name_fits_into_a_username() {
        for locale in &LOCALES {
            text::check_language("/language", locale.language).unwrap();
            for (country, zone) in locale.places {
                text::check_country("/country", country).unwrap();
                text::check_time_zone("/time_zone", zone).unwrap();
            }
            for list in [locale.first, locale.last] {
                let names = read(list);
                assert!(names.len() >= 14, "{list}");
                assert!(names.iter().all(|name| name.ascii.bytes().all(|byte| byte.is_ascii_lowercase())), "{list}");
                assert_eq!(names.iter().map(|name| &name.ascii).collect::<HashSet<_>>().len(), names.len(), "{list}");
            }
        }
    }

    #[test]
    fn the_weights_are_per_cent() {
        assert_eq!(LOCALES.iter().map(|locale| locale.weight).sum::<u32>(), 100);
    }
}
