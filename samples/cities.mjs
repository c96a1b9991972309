/**
 * Real cities and what an address there looks like. [city, latitude, longitude, postal code, state]
 * Street names are put together from word lists and are not meant to exist.
 */
const COUNTRIES = {
  NLD: {
    timeZone: 'Europe/Amsterdam',
    streets: ['Populierenlaan', 'Kanaalkade', 'Molenwerf', 'Stationsdreef', 'Havenpad', 'Zonneweg', 'Veldzicht'],
    words: { garage: 'Parkeergarage', park: 'P+R', street: 'Laadpaal' },
    cities: [
      ['Amsterdam', 52.3702, 4.8952, '1012 AB', 'Noord-Holland'],
      ['Rotterdam', 51.9244, 4.4777, '3011 AA', 'Zuid-Holland'],
      ['Utrecht', 52.0907, 5.1214, '3511 AX'],
      ['Den Haag', 52.0705, 4.3007, '2511 CV', 'Zuid-Holland'],
      ['Eindhoven', 51.4416, 5.4697, '5611 EM', 'Noord-Brabant'],
      ['Groningen', 53.2194, 6.5665, '9711 LM'],
      ['Maastricht', 50.8514, 5.691, '6211 CB', 'Limburg'],
      ['Nijmegen', 51.8126, 5.8372, '6511 PP'],
      ['Zwolle', 52.5168, 6.083, '8011 PK', 'Overijssel'],
      ['Leeuwarden', 53.2012, 5.7999, '8911 BN', 'Fryslân'],
      ['Breda', 51.5719, 4.7683, '4811 ET'],
      ['Middelburg', 51.4988, 3.6109, '4331 BH', 'Zeeland'],
    ],
  },
  DEU: {
    timeZone: 'Europe/Berlin',
    streets: ['Ahornallee', 'Mühlengasse', 'Uferstraße', 'Sonnenring', 'Am Güterbahnhof', 'Lindenkamp', 'Werkweg'],
    words: { garage: 'Parkhaus', park: 'Park & Ride', street: 'Ladesäule' },
    cities: [
      ['Berlin', 52.52, 13.405, '10115'],
      ['Hamburg', 53.5511, 9.9937, '20095'],
      ['München', 48.1351, 11.582, '80331', 'Bayern'],
      ['Köln', 50.9375, 6.9603, '50667', 'Nordrhein-Westfalen'],
      ['Frankfurt am Main', 50.1109, 8.6821, '60311', 'Hessen'],
      ['Stuttgart', 48.7758, 9.1829, '70173', 'Baden-Württemberg'],
      ['Düsseldorf', 51.2277, 6.7735, '40213', 'Nordrhein-Westfalen'],
      ['Leipzig', 51.3397, 12.3731, '04109', 'Sachsen'],
      ['Dresden', 51.0504, 13.7373, '01067', 'Sachsen'],
      ['Hannover', 52.3759, 9.732, '30159', 'Niedersachsen'],
      ['Nürnberg', 49.4521, 11.0767, '90402', 'Bayern'],
      ['Rostock', 54.0924, 12.0991, '18055'],
    ],
  },
  BEL: {
    timeZone: 'Europe/Brussels',
    streets: ['Beukendreef', 'Sluiskaai', 'Zuidrand', 'Oude Weverij', 'Hopveld'],
    words: { garage: 'Parking', park: 'P+R', street: 'Laadpunt' },
    cities: [
      ['Antwerpen', 51.2194, 4.4025, '2000'],
      ['Gent', 51.0543, 3.7174, '9000'],
      ['Brussel', 50.8503, 4.3517, '1000'],
      ['Liège', 50.6326, 5.5797, '4000'],
    ],
  },
  FRA: {
    timeZone: 'Europe/Paris',
    streets: ['Rue des Aulnes', 'Quai du Moulin', 'Allée du Verger', 'Chemin des Forges', 'Avenue du Port Sec'],
    words: { garage: 'Parking souterrain', park: 'Parc relais', street: 'Borne' },
    cities: [
      ['Paris', 48.8566, 2.3522, '75004'],
      ['Lyon', 45.764, 4.8357, '69002'],
      ['Lille', 50.6292, 3.0573, '59000'],
      ['Strasbourg', 48.5734, 7.7521, '67000'],
      ['Bordeaux', 44.8378, -0.5792, '33000'],
    ],
  },
  AUT: {
    timeZone: 'Europe/Vienna',
    streets: ['Weinbergsteig', 'Donaulände', 'Kastanienplatz'],
    words: { garage: 'Tiefgarage', park: 'Park & Ride', street: 'Ladestation' },
    cities: [
      ['Wien', 48.2082, 16.3738, '1010'],
      ['Graz', 47.0707, 15.4395, '8010', 'Steiermark'],
      ['Innsbruck', 47.2692, 11.4041, '6020', 'Tirol'],
    ],
  },
  DNK: {
    timeZone: 'Europe/Copenhagen',
    streets: ['Birkevænget', 'Havnegangen', 'Møllestien'],
    words: { garage: 'P-hus', park: 'P+R', street: 'Ladestander' },
    cities: [
      ['København', 55.6761, 12.5683, '1550'],
      ['Aarhus', 56.1629, 10.2039, '8000'],
    ],
  },
  ESP: {
    timeZone: 'Europe/Madrid',
    streets: ['Calle del Olivar', 'Paseo de la Acequia', 'Camino Alto'],
    words: { garage: 'Aparcamiento', park: 'Aparcamiento disuasorio', street: 'Punto de recarga' },
    cities: [
      ['Madrid', 40.4168, -3.7038, '28013'],
      ['Barcelona', 41.3874, 2.1686, '08002'],
    ],
  },
  POL: {
    timeZone: 'Europe/Warsaw',
    streets: ['ulica Brzozowa Łąka', 'ulica Młyńska Grobla'],
    words: { garage: 'Parking podziemny', park: 'P+R', street: 'Ładowarka' },
    cities: [
      ['Warszawa', 52.2297, 21.0122, '00-001'],
      ['Wrocław', 51.1079, 17.0385, '50-101'],
    ],
  },
  IRL: {
    timeZone: 'Europe/Dublin',
    streets: ['Millrace Walk', 'Harbour Loop'],
    words: { garage: 'Car Park', park: 'Park and Ride', street: 'Charge Point' },
    cities: [['Dublin', 53.3498, -6.2603, 'D01 F5P2']],
  },
};

/** One entry for each city: { city, latitude, longitude, postalCode, state?, country, timeZone, streets, words }. */
export const cities = Object.entries(COUNTRIES).flatMap(([country, { timeZone, streets, words, cities: rows }]) =>
  rows.map(([city, latitude, longitude, postalCode, state]) => ({
    city,
    latitude,
    longitude,
    postalCode,
    state,
    country,
    timeZone,
    streets,
    words,
  })),
);
